// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace memscape::inline v0 {

/// Neighbouring pages in one state. The layout is that of the kernel's `struct page_region`.
struct page_run {
  // The bits of `categories`, as the kernel numbers them.
  static constexpr std::uint64_t file = 4, present = 8, swap = 16, zero = 32, in_huge = 64,
                                 guard = 256;

  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t categories = 0;

  [[nodiscard]] constexpr auto resident() const noexcept -> bool {
    return (categories & present) != 0;
  }
  [[nodiscard]] constexpr auto swapped() const noexcept -> bool { return (categories & swap) != 0; }
  /// Backed by a file or shared memory.
  [[nodiscard]] constexpr auto of_file() const noexcept -> bool { return (categories & file) != 0; }
  [[nodiscard]] constexpr auto huge() const noexcept -> bool { return (categories & in_huge) != 0; }
};

/// The runs of one chunk of address space, in its order.
struct page_runs {
  static constexpr std::size_t capacity = 256;

  std::array<page_run, capacity> runs;
  std::size_t size = 0;

  [[nodiscard]] auto begin() const noexcept -> page_run const* { return runs.data(); }
  [[nodiscard]] auto end() const noexcept -> page_run const* { return runs.data() + size; }
  [[nodiscard]] auto full() const noexcept -> bool { return size == capacity; }

  /// Adds [from, to), to the last run where it continues it. False when there is no room.
  auto add(std::uint64_t from, std::uint64_t to, std::uint64_t categories) noexcept -> bool {
    if (size != 0 && runs[size - 1].end == from && runs[size - 1].categories == categories) {
      runs[size - 1].end = to;
      return true;
    }
    if (full()) return false;
    runs[size++] = {from, to, categories};
    return true;
  }
};

}  // namespace memscape::inline v0
