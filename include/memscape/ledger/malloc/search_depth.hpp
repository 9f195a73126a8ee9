// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

/// Decides how thoroughly malloc's blocks are looked for. Where a run of pages begins they are found at no
/// cost. Neighbours that the kernel merged with what lies below them begin inside of a run: finding them takes
/// a look at each resident page, for which an audit that found too few is begun again. It is worth that only
/// while it finds some.
/// Cost: none. Threads: a plain value.
class search_depth {
 public:
  /// Whether to look at each page from the beginning.
  [[nodiscard]] constexpr auto is_inside() const noexcept -> bool { return inside_; }

  /// Tells that an audit found `found` bytes of blocks of `said` that malloc says it mapped, of which
  /// `inside` blocks began inside of a run. Returns whether to begin it again, looking at each page.
  [[nodiscard]] constexpr auto again(std::uint64_t found, std::uint64_t said,
                                     std::uint64_t inside) noexcept -> bool {
    if (inside_) {
      // What is in swap, or has lost its mark, is not found that way either: wait, longer each time.
      inside_ = inside != 0;
      pause_ = inside_ || found >= said ? 0 : pause_ * 2 + 1;
      if (pause_ > longest_pause) pause_ = longest_pause;
      wait_ = pause_;
      return false;
    }
    if (found >= said) return false;
    if (wait_ != 0) {
      --wait_;
      return false;
    }
    return inside_ = true;
  }

 private:
  static constexpr std::uint32_t longest_pause = 63;

  std::uint32_t pause_ = 0;  // audits
  std::uint32_t wait_ = 0;   // that are left of it
  bool inside_ = false;
};

}  // namespace memscape::inline v0
