// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/quantity.hpp>

namespace memscape::inline v0 {

struct byte_unit;

/// An amount of memory. Units: bytes, never kilobytes or pages: readers convert once, at the edge.
using bytes = quantity<byte_unit>;

}  // namespace memscape::inline v0
