// SPDX-License-Identifier: MIT
#pragma once

// The name of this one until 0.1:
#include <memscape/readers/reads_extended.hpp>

namespace memscape::inline v0 {

template <memory_reader Reader>
using in_detail = reads_extended<Reader>;

}  // namespace memscape::inline v0
