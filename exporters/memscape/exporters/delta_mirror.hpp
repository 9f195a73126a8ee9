// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/stream_decoder.hpp>  // its name until 0.1

namespace memscape::inline v0 {

using delta_mirror = stream_decoder;

}  // namespace memscape::inline v0
