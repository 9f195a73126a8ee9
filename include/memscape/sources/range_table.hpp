// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>

namespace memscape::inline v0 {

/// Remembers where memory lies, for an allocator that gets it in pieces and has no list of them that
/// another thread may read. At most `Capacity` pieces at once.
///
///     memscape::range_table<64> regions;
///     regions.add(begin, size);          // behind mmap(2)
///     regions.remove(begin);             // before munmap(2): the next piece may begin there
///     regions.ranges(visit);             // what a ledger asks a source for
///
/// Errors: false where it is full, and where no such piece is known; nothing is changed then.
/// Cost: a look at up to `Capacity` places, 24 bytes of memory each; no allocation, no lock.
/// Threads: any number may add, remove and read at once. A piece that comes or goes meanwhile is told
/// whole or not at all.
template <std::size_t Capacity>
class range_table {
  static_assert(Capacity > 0, "memscape: give range_table room for one range at least.");

 public:
  range_table() noexcept = default;
  range_table(range_table const&) = delete;
  auto operator=(range_table const&) -> range_table& = delete;

  [[nodiscard]] auto add(void const* begin, std::size_t size) noexcept -> bool {
    for (auto& one : places_) {
      auto version = one.version.load(std::memory_order_acquire);
      if (is_changing(version) || one.begin.load(std::memory_order_relaxed) != nowhere ||
          !one.version.compare_exchange_strong(version, version + 1, std::memory_order_acq_rel)) {
        continue;
      }
      one.put(reinterpret_cast<std::uintptr_t>(begin), size, version + 2);
      return true;
    }
    return false;
  }

  [[nodiscard]] auto remove(void const* begin) noexcept -> bool {
    for (auto& one : places_) {
      if (one.begin.load(std::memory_order_relaxed) != reinterpret_cast<std::uintptr_t>(begin)) {
        continue;
      }
      // Nobody else changes a place that is taken.
      auto const version = one.version.fetch_add(1, std::memory_order_acq_rel);
      one.put(nowhere, 0, version + 2);
      return true;
    }
    return false;
  }

  /// Calls `visit(address_range)` for each piece.
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (auto const& one : places_) {
      if (auto const piece = one.read(); piece.begin != nullptr) visit(piece);
    }
  }
  /// The same from place `from` on, until `visit` answers false: returns that piece's place. A piece that stays
  /// keeps its place: none is missed or comes twice, whatever others do between two calls.
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    for (; from < Capacity; ++from) {
      auto const piece = places_[from].read();
      if (piece.begin != nullptr && !visit(piece)) break;
    }
    return from;
  }

 private:
  static constexpr std::uintptr_t nowhere = 0;

  // Odd while it is changed, as in a seqlock: a begin that was there before may be there again, and what
  // was read between the two is another's.
  [[nodiscard]] static constexpr auto is_changing(std::uint64_t version) noexcept -> bool {
    return version % 2 != 0;
  }

  struct place {
    std::atomic<std::uint64_t> version{0};
    std::atomic<std::uintptr_t> begin{nowhere};
    std::atomic<std::size_t> size{0};

    // Without a begin where there is none, or where it is just being changed.
    [[nodiscard]] auto read() const noexcept -> address_range {
      auto const seen = version.load(std::memory_order_acquire);
      auto const at = begin.load(std::memory_order_acquire);
      auto const extent = size.load(std::memory_order_acquire);
      if (is_changing(seen) || version.load(std::memory_order_relaxed) != seen) return {};
      return {reinterpret_cast<void const*>(at), extent};
    }

    // Released one by one: who sees a part of the new sees the odd version, too.
    void put(std::uintptr_t new_begin, std::size_t new_size, std::uint64_t new_version) noexcept {
      begin.store(new_begin, std::memory_order_release);
      size.store(new_size, std::memory_order_release);
      version.store(new_version, std::memory_order_release);
    }
  };
  std::array<place, Capacity> places_{};
};

}  // namespace memscape::inline v0
