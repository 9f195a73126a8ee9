// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

namespace memscape::inline v0 {

/// Sorts numbers in place, a bit at a time: a heap sort that can be left at any element.
/// Cost: n log n comparisons in the worst case too; no memory besides. Threads: one at a time.
class sliced_sort {
 public:
  void begin(std::uint64_t* first, std::size_t size) noexcept {
    first_ = first;
    size_ = size;
    unheaped_ = size / 2;
  }

  /// Goes on for `elements` elements; true at the end.
  [[nodiscard]] auto step(std::size_t elements) noexcept -> bool {
    for (; elements != 0 && unheaped_ != 0; --elements) {
      --unheaped_;
      sink(unheaped_, first_[unheaped_]);
    }
    for (; elements != 0 && size_ > 1; --elements) {
      auto const last = first_[--size_];
      first_[size_] = first_[0];
      sink(0, last);
    }
    return unheaped_ == 0 && size_ <= 1;
  }

 private:
  // Down to the bottom along the greater children, and up again to where the value belongs: half the
  // comparisons, because what comes from the end belongs near the bottom.
  void sink(std::size_t root, std::uint64_t value) noexcept {
    auto hole = root;
    for (auto child = 2 * hole + 1; child < size_; child = 2 * hole + 1) {
      if (child + 1 < size_ && first_[child] < first_[child + 1]) ++child;
      first_[hole] = first_[child];
      hole = child;
    }
    while (hole > root && first_[(hole - 1) / 2] < value) {
      first_[hole] = first_[(hole - 1) / 2];
      hole = (hole - 1) / 2;
    }
    first_[hole] = value;
  }

  std::uint64_t* first_ = nullptr;
  std::size_t size_ = 0;
  std::size_t unheaped_ = 0;
};

}  // namespace memscape::inline v0
