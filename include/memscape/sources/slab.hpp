// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstdint>
#include <memscape/core/usage.hpp>

namespace memscape::inline v0 {

/// The slab tells the size of a slot in bytes, how many slots it holds, and how many are taken.
template <class T>
concept tells_slab = requires(T const& slab) {
  { slab.slot_size() } noexcept -> std::convertible_to<std::uint64_t>;
  { slab.slots() } noexcept -> std::convertible_to<std::uint64_t>;
  { slab.used_slots() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// The slab keeps the highest number of slots that were taken at once.
template <class T>
concept tells_peak_slots = requires(T const& slab) {
  { slab.peak_slots() } noexcept -> std::convertible_to<std::uint64_t>;
};

/// A source for slots of one size: anything with noexcept `slot_size()`, `slots()` and `used_slots()`,
/// and `peak_slots()` where it is kept. A taken slot counts whole, and every slot is committed.
///
///     leaf<"gc_lval_slab", "LVAL Slab">(slab_source{&heap.lval})
///
/// Threads: sampled on the collecting thread; the slab's own rules hold for reading it there.
/// The slab must outlive the registry.
template <class Slab>
class slab_source {
  static_assert(tells_slab<Slab>,
                "memscape: give this slab noexcept slot_size() in bytes, slots() and used_slots(), "
                "or describe it with callable_source.");

 public:
  constexpr explicit slab_source(Slab const* slab) noexcept : slab_{slab} {}

  [[nodiscard]] constexpr auto sample() const noexcept -> usage {
    bytes const slot{slab_->slot_size()};
    std::uint64_t const taken = slab_->used_slots();
    std::uint64_t const slots = slab_->slots();
    usage now{.used = slot * taken,
              .committed = slot * slots,
              .objects = count{taken},
              .slots = count{slots}};
    if constexpr (tells_peak_slots<Slab>) now.peak = slot * std::uint64_t{slab_->peak_slots()};
    return now;
  }

 private:
  Slab const* slab_;
};

}  // namespace memscape::inline v0
