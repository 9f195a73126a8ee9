// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/core/concepts.hpp>
#include <memscape/core/usage.hpp>

namespace memscape::inline v0 {

/// The slab tells how many slots it holds by `slot_count()`.
template <class T>
concept tells_slot_count = requires(T const& slab) {
  { slab.slot_count() } noexcept -> std::convertible_to<std::uint64_t>;
};

// <QObject> defines `slots` as nothing. A program that includes it has slabs with slots() all the same, and
// in every file of it this header must have the same tokens.
#pragma push_macro("slots")
#undef slots

/// The slab tells how many slots it holds by `slots()`, which cannot be written behind Qt's headers.
template <class T>
concept tells_slots = requires(T const& slab) {
  { slab.slots() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// How many slots a slab holds: what its `slot_count()` says, or else its `slots()`.
template <class Slab>
  requires(tells_slot_count<Slab> || tells_slots<Slab>)
[[nodiscard]] constexpr auto slot_count_of(Slab const& slab) noexcept -> std::uint64_t {
  if constexpr (tells_slot_count<Slab>) {
    return static_cast<std::uint64_t>(slab.slot_count());
  } else {
    return static_cast<std::uint64_t>(slab.slots());
  }
}

#pragma pop_macro("slots")

/// The slab tells the size of a slot in bytes, how many slots it holds, and how many are taken.
template <class T>
concept tells_slab = (tells_slot_count<T> || tells_slots<T>) && requires(T const& slab) {
  { slab.slot_size() } noexcept -> std::convertible_to<std::uint64_t>;
  { slab.used_slots() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// The slab keeps the highest number of slots that were taken at once.
template <class T>
concept tells_peak_slots = requires(T const& slab) {
  { slab.peak_slots() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// The slab is one block, and tells where it begins.
template <class T>
concept tells_slab_block = requires(T const& slab) {
  { slab.data() } noexcept -> std::convertible_to<void const*>;
};

/// A source for slots of one size: anything with noexcept `slot_size()`, `slot_count()` (or `slots()`)
/// and `used_slots()`, and `peak_slots()` where it is kept. A taken slot counts whole, and every slot is
/// committed.
/// A slab of several blocks gives a ledger its ranges by `ranges(visit)`, one of a single block, without
/// a head, by `data()`.
///
///     leaf<"gc_lval_slab", "LVAL Slab">(slab_source{&heap.lval})
///
/// Threads: sampled on the collecting thread; the slab's own rules hold for reading it there.
/// The slab must outlive the registry.
template <class Slab>
class slab_source {
  static_assert(
      tells_slab<Slab>,
      "memscape: give this slab noexcept slot_size() in bytes, slot_count() and used_slots(), "
      "or describe it with callable_source.");

 public:
  constexpr explicit slab_source(Slab const* slab) noexcept : slab_{slab} {}

  [[nodiscard]] constexpr auto sample() const noexcept -> usage {
    bytes const slot{static_cast<std::uint64_t>(slab_->slot_size())};
    auto const taken = static_cast<std::uint64_t>(slab_->used_slots());
    std::uint64_t const places = slot_count_of(*slab_);
    usage now{.used = slot * taken,
              .committed = slot * places,
              .objects = count{taken},
              .slot_count = count{places}};
    if constexpr (tells_peak_slots<Slab>) {
      now.peak = slot * static_cast<std::uint64_t>(slab_->peak_slots());
    }
    return now;
  }

  template <class Visit>
    requires(visits_ranges_noexcept<Slab> ||
             (tells_slab_block<Slab> && !owns_ranges_in_pieces<Slab>))
  constexpr void ranges(Visit&& visit) const noexcept {
    if constexpr (visits_ranges_noexcept<Slab>) {
      slab_->ranges(visit);
    } else {
      auto const size =
          bytes{static_cast<std::uint64_t>(slab_->slot_size())} * slot_count_of(*slab_);
      visit(address_range{slab_->data(), static_cast<std::size_t>(size.value())});
    }
  }

  template <class Visit>
    requires owns_ranges_in_pieces<Slab>
  constexpr auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    return slab_->ranges(visit, from);
  }

 private:
  Slab const* slab_;
};

}  // namespace memscape::inline v0
