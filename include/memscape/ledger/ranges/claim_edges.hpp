// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/ranges/claim_window.hpp>
#include <memscape/ledger/ranges/edge_writer.hpp>
#include <memscape/ledger/ranges/range_memory.hpp>
#include <memscape/ledger/ranges/sliced_sort.hpp>

namespace memscape::inline v0 {

/// The ranges of all sources where they are many: a sorted list of where ranges begin, and one of where they
/// end, and as much room again as one of them to sort in: 24 bytes a range, and an eighth more for ranges that
/// come meanwhile. A walk keeps how many of each source lie over the place that it has come to.
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
    begins_ = ends_ = 0;
    writer_ = {};
    if (Sources > most_sources || ranges > UINT32_MAX ||
        room > at_most / (3 * sizeof(std::uint64_t))) {
      return -1;
    }
    auto const why = memory_.take(3 * room);
    if (why == 0) writer_.begin(memory_.words(), memory_.capacity() / 3);
    return why;
  }
  [[nodiscard]] auto populate(int& why) noexcept -> bool { return memory_.populate(why); }

  /// What takes the ranges, as a copy for a loop through them, which is then handed back.
  [[nodiscard]] auto to_fill() const noexcept -> edge_writer { return writer_; }
  void filled(edge_writer const& by) noexcept { writer_ = by; }
  void add(claim const& one) noexcept { writer_.add(one); }
  /// Whether all that were added are there.
  [[nodiscard]] auto fits() const noexcept -> bool { return writer_.fits(); }

  /// Behind the last `add`: begins to sort.
  void sort() noexcept {
    auto const room = memory_.capacity() / 3;
    first_end_ = memory_.words() + room;
    sorting_.begin(memory_.words(), first_end_ + room, writer_.size(), writer_.differing_begins());
    first_begin_ = nullptr;
    read_begin_ = read_end_ = begins_ = ends_ = 0;
    sorted_ = false;
  }
  /// A bit of it; true at the end.
  [[nodiscard]] auto sort_step() noexcept -> bool {
    if (sorted_) return cancel(at_once);
    if (!sorting_.step(at_once)) return false;
    if (first_begin_ == nullptr) {
      first_begin_ = sorting_.sorted();
      sorting_.begin(first_end_, sorting_.spare(), writer_.size(), writer_.differing_ends());
      return false;
    }
    first_end_ = sorting_.sorted();
    sorted_ = true;
    return false;
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t { return begins_; }

  /// Who owns `at`, and how far: of several, the first in the tree.
  [[nodiscard]] auto piece_at(std::uint64_t at, cursor& here) const noexcept -> claim_piece {
    auto const* const begins = first_begin_;
    auto const* const ends = first_end_;
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
    if (here.begin + few < begins_) reach = first_begin_[here.begin + few] >> source_bits;
    if (here.end + few < ends_) {
      reach = (std::min)(reach, first_end_[here.end + few] >> source_bits);
    }
    return reach;
  }

  /// Gives a part of the memory back; true when nothing is left.
  [[nodiscard]] auto give_back() noexcept -> bool { return memory_.give_back(); }
  void release() noexcept { memory_.release(); }

 private:
  static constexpr unsigned source_bits = edge_writer::source_bits;
  static constexpr std::uint64_t most_sources = std::uint64_t{1} << source_bits;
  static constexpr std::size_t at_once = 8192;

  // Where one range ends and the next of the same source begins nothing changes.
  [[nodiscard]] auto cancel(std::size_t steps) noexcept -> bool {
    auto* const begins = first_begin_;
    auto* const ends = first_end_;
    auto const size = writer_.size();
    auto begin = read_begin_;
    auto end = read_end_;
    auto kept_begins = begins_;
    auto kept_ends = ends_;
    for (; steps != 0 && end < size; --steps) {
      if (begin < size && begins[begin] == ends[end]) {
        ++begin;
        ++end;
      } else if (begin < size && begins[begin] < ends[end]) {
        begins[kept_begins++] = begins[begin++];
      } else {
        ends[kept_ends++] = ends[end++];
      }
    }
    read_begin_ = begin;
    read_end_ = end;
    begins_ = kept_begins;
    ends_ = kept_ends;
    // Each range ends behind its begin: where the ends are read, so are the begins.
    return end == size;
  }

  range_memory memory_{};
  sliced_sort sorting_{};
  edge_writer writer_{};
  std::uint64_t* first_begin_ = nullptr;
  std::uint64_t* first_end_ = nullptr;
  std::size_t begins_ = 0;
  std::size_t ends_ = 0;
  std::size_t read_begin_ = 0;
  std::size_t read_end_ = 0;
  bool sorted_ = false;
};

}  // namespace memscape::inline v0
