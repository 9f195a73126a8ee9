// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/claims.hpp>
#include <memscape/ledger/range_memory.hpp>
#include <memscape/ledger/sliced_sort.hpp>

namespace memscape::inline v0 {

/// The ranges of all sources where they are many: a sorted list of where ranges begin, and one of where they
/// end, 16 bytes a range. A walk keeps how many of each source lie over the place that it has come to.
/// Errors: ranges beyond 2^48, of a source beyond 2^16, or more than there is room for are refused.
/// Cost: n log n for n ranges, a bit at a time; memory for the time of an audit. Threads: one at a time.
template <std::size_t Sources>
class claim_edges {
 public:
  static constexpr std::uint32_t nobody = UINT32_MAX;

  /// A place in the walk, for addresses that only rise.
  struct cursor {
    std::size_t begin = 0;
    std::size_t end = 0;
    std::uint64_t active = 0;
    std::uint64_t sum = 0;  // of the active sources' numbers
    std::array<std::uint32_t, Sources> of{};
  };

  /// Takes room for so many ranges and some that may come meanwhile, `at_most` bytes. 0, or the errno, or -1
  /// where they are too many.
  [[nodiscard]] auto take(std::size_t ranges, std::uint64_t at_most) noexcept -> int {
    auto const room = ranges + ranges / 8 + 1024;
    size_ = begins_ = ends_ = 0;
    fits_ = sorted_begins_ = sorted_ends_ = true;
    if (Sources > most_sources || room > at_most / (2 * sizeof(std::uint64_t))) return -1;
    return memory_.take(2 * room);
  }
  [[nodiscard]] auto populate(int& why) noexcept -> bool { return memory_.populate(why); }

  void add(claim const& one) noexcept {
    auto const half = memory_.capacity() / 2;
    if (one.end >> address_bits != 0 || size_ == half) {
      fits_ = false;
      return;
    }
    auto* const words = memory_.words();
    auto const begin = one.begin << source_bits | one.source;
    auto const end = one.end << source_bits | one.source;
    if (size_ != 0) {
      sorted_begins_ = sorted_begins_ && words[size_ - 1] <= begin;
      sorted_ends_ = sorted_ends_ && words[half + size_ - 1] <= end;
    }
    words[size_] = begin;
    words[half + size_] = end;
    ++size_;
  }
  /// Whether all that were added are there.
  [[nodiscard]] auto fits() const noexcept -> bool { return fits_; }

  /// Behind the last `add`: begins to sort.
  void sort() noexcept {
    begins_ = ends_ = size_;
    sorting_.begin(first_begin(), sorted_begins_ ? 0 : size_);
    of_ends_ = false;
    read_begin_ = read_end_ = kept_begins_ = kept_ends_ = 0;
  }
  /// A bit of it; true at the end.
  [[nodiscard]] auto sort_step() noexcept -> bool {
    if (!sorting_.step(2048)) return false;
    if (!of_ends_) {
      of_ends_ = true;
      sorting_.begin(first_end(), sorted_ends_ ? 0 : size_);
      return false;
    }
    return cancel(8192);
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t { return begins_; }

  /// Who owns `at`, and how far: of several, the first in the tree.
  [[nodiscard]] auto piece_at(std::uint64_t at, cursor& here) const noexcept -> claim_piece {
    auto const* const begins = first_begin();
    auto const* const ends = first_end();
    for (; here.begin < begins_ && begins[here.begin] >> source_bits <= at; ++here.begin) {
      auto const source = begins[here.begin] & (most_sources - 1);
      ++here.of[source];
      ++here.active;
      here.sum += source;
    }
    for (; here.end < ends_ && ends[here.end] >> source_bits <= at; ++here.end) {
      auto const source = ends[here.end] & (most_sources - 1);
      --here.of[source];
      --here.active;
      here.sum -= source;
    }
    claim_piece found{nobody, here.active, UINT64_MAX};
    if (here.begin < begins_) found.until = begins[here.begin] >> source_bits;
    if (here.end < ends_) found.until = (std::min)(found.until, ends[here.end] >> source_bits);
    if (here.active == 1) found.owner = static_cast<std::uint32_t>(here.sum);
    if (here.active > 1) {
      found.owner = 0;
      while (here.of[found.owner] == 0) ++found.owner;
    }
    return found;
  }

  /// Calls `visit(source, times)` for each source that claims where the cursor is.
  template <class Visit>
  static void each(cursor const& here, Visit&& visit) noexcept {
    if (here.active == 0) return;
    for (std::uint32_t i = 0; i < Sources; ++i) {
      if (here.of[i] != 0) visit(i, here.of[i]);
    }
  }

  /// An address up to which few ranges begin and end behind the cursor.
  [[nodiscard]] auto reach(cursor const& here) const noexcept -> std::uint64_t {
    constexpr std::size_t few = 256;
    auto reach = UINT64_MAX;
    if (here.begin + few < begins_) reach = first_begin()[here.begin + few] >> source_bits;
    if (here.end + few < ends_) {
      reach = (std::min)(reach, first_end()[here.end + few] >> source_bits);
    }
    return reach;
  }

  /// Gives a part of the memory back; true when nothing is left.
  [[nodiscard]] auto give_back() noexcept -> bool { return memory_.give_back(); }
  void release() noexcept { memory_.release(); }

 private:
  static constexpr unsigned source_bits = 16;
  static constexpr unsigned address_bits = 48;
  static constexpr std::uint64_t most_sources = std::uint64_t{1} << source_bits;

  [[nodiscard]] auto first_begin() const noexcept -> std::uint64_t* { return memory_.words(); }
  [[nodiscard]] auto first_end() const noexcept -> std::uint64_t* {
    return memory_.words() + memory_.capacity() / 2;
  }

  // Where one range ends and the next of the same source begins nothing changes.
  [[nodiscard]] auto cancel(std::size_t steps) noexcept -> bool {
    auto* const begins = first_begin();
    auto* const ends = first_end();
    for (; steps != 0 && read_end_ < size_; --steps) {
      if (read_begin_ < size_ && begins[read_begin_] == ends[read_end_]) {
        ++read_begin_;
        ++read_end_;
      } else if (read_begin_ < size_ && begins[read_begin_] < ends[read_end_]) {
        begins[kept_begins_++] = begins[read_begin_++];
      } else {
        ends[kept_ends_++] = ends[read_end_++];
      }
    }
    // Each range ends behind its begin: where the ends are read, so are the begins.
    if (read_end_ < size_) return false;
    begins_ = kept_begins_;
    ends_ = kept_ends_;
    return true;
  }

  range_memory memory_{};
  sliced_sort sorting_{};
  std::size_t size_ = 0;
  std::size_t begins_ = 0;
  std::size_t ends_ = 0;
  std::size_t read_begin_ = 0;
  std::size_t read_end_ = 0;
  std::size_t kept_begins_ = 0;
  std::size_t kept_ends_ = 0;
  bool fits_ = true;
  bool sorted_begins_ = true;
  bool sorted_ends_ = true;
  bool of_ends_ = false;
};

}  // namespace memscape::inline v0
