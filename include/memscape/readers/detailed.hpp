// SPDX-License-Identifier: MIT
#pragma once

// The name of this one until 0.1:
#include <memscape/readers/extended.hpp>

namespace memscape::inline v0 {

template <memory_reader Fast = native_reader, class Clock = monotonic_clock>
using detailed_reader = extended_reader<Fast, Clock>;
using detail_options = extended_options;
using process_detail = extended_memory;

}  // namespace memscape::inline v0
