// SPDX-License-Identifier: MIT
#pragma once

// The name of this one until 0.1:
#include <memscape/exporters/stream_decoder.hpp>

namespace memscape::inline v0 {

using delta_mirror = stream_decoder;

}  // namespace memscape::inline v0
