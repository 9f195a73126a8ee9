// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace memscape::inline v0 {

/// Sorts numbers a bit at a time: by eight bits after the other, from the lowest on. Bits that are the same
/// in all numbers are left out.
/// Cost: two walks for every eight bits that differ, in whatever order the numbers are; as much memory again, and
/// 1 KiB. Threads: one at a time. At most 2^32 numbers.
class sliced_sort {
 public:
  /// `spare` has room for as many. `differing` has each bit set in which two of the numbers differ.
  void begin(std::uint64_t* first, std::uint64_t* spare, std::size_t size,
             std::uint64_t differing) noexcept {
    from_ = first;
    to_ = spare;
    size_ = size;
    differing_ = size > 1 ? differing : 0;
    begin_digit();
  }

  /// Goes on for `elements` elements; true at the end.
  [[nodiscard]] auto step(std::size_t elements) noexcept -> bool {
    if (differing_ == 0) return true;
    auto const shift = static_cast<unsigned>(std::countr_zero(differing_));
    auto const until = elements < size_ - at_ ? at_ + elements : size_;
    counting_ ? count(until, shift) : move(until, shift);
    if (at_ < size_) return false;
    if (counting_) {
      std::uint32_t sum = 0;
      for (auto& place : places_) sum += std::exchange(place, sum);
      counting_ = false;
      at_ = 0;
      return false;
    }
    std::swap(from_, to_);
    differing_ &= ~(std::uint64_t{digits - 1} << shift);
    begin_digit();
    return differing_ == 0;
  }

  /// Behind the end: where the sorted numbers are, and where none are.
  [[nodiscard]] auto sorted() const noexcept -> std::uint64_t* { return from_; }
  [[nodiscard]] auto spare() const noexcept -> std::uint64_t* { return to_; }

 private:
  static constexpr std::size_t digits = 256;

  void begin_digit() noexcept {
    places_.fill(0);
    counting_ = true;
    at_ = 0;
  }

  // Members may be numbers of the list, as far as a compiler knows: what a loop needs is copied.
  void count(std::size_t until, unsigned shift) noexcept {
    auto const* const from = from_;
    for (auto at = at_; at < until; ++at) ++places_[from[at] >> shift & (digits - 1)];
    at_ = until;
  }
  void move(std::size_t until, unsigned shift) noexcept {
    auto const* const from = from_;
    auto* const to = to_;
    for (auto at = at_; at < until; ++at) {
      auto const value = from[at];
      to[places_[value >> shift & (digits - 1)]++] = value;
    }
    at_ = until;
  }

  std::uint64_t* from_ = nullptr;
  std::uint64_t* to_ = nullptr;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  std::uint64_t differing_ = 0;  // of the digits to come
  std::array<std::uint32_t, digits> places_{};
  bool counting_ = true;
};

}  // namespace memscape::inline v0
