// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

/// Where the memory of a source lies that does not list its ranges: which memory of the process it is part
/// of. A source says it as `static constexpr auto lies_in = memscape::memory_home::malloc;`.
enum class memory_home : std::uint8_t {
  unknown,  ///< it does not say
  malloc,   ///< in what malloc(3) has: its heaps, its arenas, its large blocks
};

}  // namespace memscape::inline v0
