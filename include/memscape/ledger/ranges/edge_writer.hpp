// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/ledger/ranges/claim_window.hpp>

namespace memscape::inline v0 {

/// Writes ranges into two lists of numbers: where they begin, and where they end, with the source in the low bits.
/// A copy of it is a loop's own, so that no store through its pointer makes the compiler read it again.
/// Errors: ranges beyond 2^48, or more than there is room for, are left out, and `fits()` is false.
/// Cost: about 1 ns a range. Threads: one at a time.
class edge_writer {
 public:
  static constexpr unsigned source_bits = 16;
  static constexpr unsigned address_bits = 48;

  /// Begins are written from `words` on, ends from `words + room` on.
  void begin(std::uint64_t* words, std::size_t room) noexcept {
    *this = {};
    words_ = words;
    room_ = room;
  }

  // Always inline: a call would need all of it in memory for each range.
  [[gnu::always_inline]] void add(claim const& one) noexcept {
    if (one.end >> address_bits != 0 || size_ == room_) {
      fits_ = false;
      return;
    }
    auto const begin = one.begin << source_bits | one.source;
    auto const end = one.end << source_bits | one.source;
    if (size_ == 0) {
      first_begin_ = begin;
      first_end_ = end;
    }
    differing_begins_ |= begin ^ first_begin_;
    differing_ends_ |= end ^ first_end_;
    words_[size_] = begin;
    words_[room_ + size_] = end;
    ++size_;
  }

  [[nodiscard]] auto fits() const noexcept -> bool { return fits_; }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  /// The bits in which two of the begins differ, and those of the ends.
  [[nodiscard]] auto differing_begins() const noexcept -> std::uint64_t {
    return differing_begins_;
  }
  [[nodiscard]] auto differing_ends() const noexcept -> std::uint64_t { return differing_ends_; }

 private:
  std::uint64_t* words_ = nullptr;
  std::size_t room_ = 0;
  std::size_t size_ = 0;
  std::uint64_t first_begin_ = 0;
  std::uint64_t first_end_ = 0;
  std::uint64_t differing_begins_ = 0;
  std::uint64_t differing_ends_ = 0;
  bool fits_ = true;
};

}  // namespace memscape::inline v0
