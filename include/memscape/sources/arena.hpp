// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/core/concepts.hpp>
#include <memscape/core/usage.hpp>

namespace memscape::inline v0 {

/// The arena tells what is handed out and what it holds, in bytes.
template <class T>
concept tells_arena = requires(T const& arena) {
  { arena.used() } noexcept -> std::convertible_to<std::uint64_t>;
  { arena.capacity() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// The arena keeps its high-water mark, in bytes.
template <class T>
concept tells_peak = requires(T const& arena) {
  { arena.peak() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// The arena is one block, and tells where it begins.
template <class T>
concept tells_arena_block = requires(T const& arena) {
  { arena.data() } noexcept -> std::convertible_to<void const*>;
};

/// A source for a bump allocator: anything with noexcept `used()` and `capacity()`, and `peak()` where
/// it is kept. `committed` is the capacity. An arena of several blocks gives a ledger its ranges by
/// `ranges(visit)`, one of a single block by `data()`.
///
///     leaf<"scratch_arena", "Scratch Arena">(arena_source{&scratch})
///
/// Threads: sampled on the collecting thread; the arena's own rules hold for reading it there.
/// The arena must outlive the registry.
template <class Arena>
class arena_source {
  static_assert(
      tells_arena<Arena>,
      "memscape: give this arena noexcept used() and capacity(), in bytes, or describe it "
      "with callable_source.");

 public:
  constexpr explicit arena_source(Arena const* arena) noexcept : arena_{arena} {}

  [[nodiscard]] constexpr auto sample() const noexcept -> usage {
    usage now{.used = bytes{static_cast<std::uint64_t>(arena_->used())},
              .committed = bytes{static_cast<std::uint64_t>(arena_->capacity())}};
    if constexpr (tells_peak<Arena>) now.peak = bytes{static_cast<std::uint64_t>(arena_->peak())};
    return now;
  }

  template <class Visit>
    requires(visits_ranges_noexcept<Arena> ||
             (tells_arena_block<Arena> && !owns_ranges_in_pieces<Arena>))
  constexpr void ranges(Visit&& visit) const noexcept {
    if constexpr (visits_ranges_noexcept<Arena>) {
      arena_->ranges(visit);
    } else {
      visit(address_range{arena_->data(), static_cast<std::size_t>(arena_->capacity())});
    }
  }

  template <class Visit>
    requires owns_ranges_in_pieces<Arena>
  constexpr auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    return arena_->ranges(visit, from);
  }

 private:
  Arena const* arena_;
};

}  // namespace memscape::inline v0
