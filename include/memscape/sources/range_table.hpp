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
/// Cost: a look at up to `Capacity` words, 16 bytes of memory each; no allocation, no lock.
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
    for (auto& one : pieces_) {
      auto expected = nowhere;
      if (one.begin.load(std::memory_order_relaxed) != nowhere ||
          !one.begin.compare_exchange_strong(expected, changing, std::memory_order_relaxed)) {
        continue;
      }
      // Who sees this size sees that the piece before it is gone.
      one.size.store(size, std::memory_order_release);
      one.begin.store(reinterpret_cast<std::uintptr_t>(begin), std::memory_order_release);
      return true;
    }
    return false;
  }

  [[nodiscard]] auto remove(void const* begin) noexcept -> bool {
    for (auto& one : pieces_) {
      if (one.begin.load(std::memory_order_relaxed) != reinterpret_cast<std::uintptr_t>(begin)) {
        continue;
      }
      one.begin.store(nowhere, std::memory_order_release);
      return true;
    }
    return false;
  }

  /// Calls `visit(address_range)` for each piece.
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (auto const& one : pieces_) {
      auto const begin = one.begin.load(std::memory_order_acquire);
      if (begin == nowhere || begin == changing) continue;
      auto const size = one.size.load(std::memory_order_acquire);
      if (one.begin.load(std::memory_order_relaxed) != begin) continue;
      visit(address_range{reinterpret_cast<void const*>(begin), size});
    }
  }

 private:
  static constexpr std::uintptr_t nowhere = 0;
  static constexpr std::uintptr_t changing = 1;

  struct piece {
    std::atomic<std::uintptr_t> begin{nowhere};
    std::atomic<std::size_t> size{0};
  };
  std::array<piece, Capacity> pieces_{};
};

}  // namespace memscape::inline v0
