// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

class block_choice;

/// What malloc says of the memory that only its marks tell apart: what is looked for, and how much of it can
/// be. Data of the program that looks like a mark does not count beyond that.
struct mark_limits {
  bool heaps = true;   ///< arenas' heaps are looked for
  bool blocks = true;  ///< so are blocks that were mapped one by one
  bool inside =
      false;  ///< blocks are looked for at each resident page, not only where a run of them begins
  std::uint64_t block_count = UINT64_MAX;
  std::uint64_t block_bytes = UINT64_MAX;  ///< in sum
  block_choice* choice = nullptr;  ///< is told of all blocks; where it has chosen, no others count
};

}  // namespace memscape::inline v0
