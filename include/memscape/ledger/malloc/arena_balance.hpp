// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/quality.hpp>

namespace memscape::inline v0 {

/// What a walk found of the memory that malloc's arenas have from the system.
struct arena_memory {
  bytes
      below_break{};   ///< from where the program break began to where it was when malloc was asked
  bytes named_heap{};  ///< what the kernel names [heap], as it is mapped
  bytes heaps{};       ///< of the other arenas' heaps, what malloc says it has of them
  bytes heaps_mapped{};  ///< of those, what can be written to: no less
  std::uint64_t heap_count = 0;
  bytes doubtful{};  ///< what was not looked into, and may be heaps

  /// What a malloc_finder found, where the program break was `at_break` when malloc was asked.
  template <class Finder>
  [[nodiscard]] static auto of(Finder const& found, std::uint64_t at_break) noexcept
      -> arena_memory {
    auto const page = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    auto const end = at_break == UINT64_MAX ? 0 : (at_break + page - 1) / page * page;
    auto const begin = found.break_begin();
    return {.below_break = bytes{begin != 0 && begin < end ? end - begin : 0},
            .named_heap = bytes{found.break_bytes()},
            .heaps = bytes{found.heap_bytes()},
            .heaps_mapped = bytes{found.heap_mapped()},
            .heap_count = found.heaps()};
  }
};

/// Whether memory moved while it was measured, or may have.
[[nodiscard]] constexpr auto has_moved(ledger_faults const& faults) noexcept -> bool {
  return faults.has(ledger_fault_kind::moved) || faults.has(ledger_fault_kind::moves_unknown) ||
         faults.has(ledger_fault_kind::mappings_changed) ||
         faults.has(ledger_fault_kind::pages_changed);
}

/// Holds what malloc says that its arenas have from the system (`arena` of mallinfo2) against what was found of it.
/// Where the program break cannot grow, because something is mapped above it, the main arena goes on in memory
/// that it maps, a MiB at least, which bears no mark and which it never gives back: that is missing. Beyond what
/// malloc has, memory below the break is the program's own: that is foreign.
/// Where memory moved since malloc was asked, heaps of arenas may have come and gone. What is missing is then what
/// was missing in each of sixteen such audits in a row, with as many heaps.
/// Cost: none. Threads: a plain value. Source: mallinfo(3), malloc/malloc.c of glibc (sysmalloc).
class arena_balance {
 public:
  /// What is missing below this, or foreign below the other, is none: beginnings of pages, a static program's
  /// thread-local storage.
  static constexpr bytes least_missing{std::uint64_t{512} << 10U};
  static constexpr bytes least_foreign{std::uint64_t{128} << 10U};

  void weigh(bytes told, arena_memory const& found, bool moved) noexcept {
    auto const candidate = unfound(told, found, moved);
    if (!moved) {
      times_ = 0;
      missing_ = candidate;
      auto const merged = found.named_heap - found.below_break;
      auto const others = found.below_break + found.heaps - told;
      foreign_ = counted(merged + others, least_foreign);
      return;
    }
    missing_ = (std::min)(missing_, candidate);
    bool const goes_on = times_ != 0 && heap_count_ == found.heap_count;
    least_ = goes_on ? (std::min)(least_, candidate) : candidate;
    times_ = goes_on ? times_ + 1 : 1;
    heap_count_ = found.heap_count;
    if (times_ >= enough_audits) missing_ = least_;
  }

  /// Whether something may be missing, so that it is worth to ask malloc again.
  [[nodiscard]] static auto may_miss(bytes told, arena_memory const& found, bool moved) noexcept
      -> bool {
    return unfound(told, found, moved) != bytes{};
  }

  /// Malloc's, and not found. Units: bytes, 0 where that is none or not known.
  [[nodiscard]] auto missing() const noexcept -> bytes { return missing_; }
  /// Under malloc's heap, and not the main arena's. Units: bytes, 0 where that is none or not known.
  [[nodiscard]] auto foreign() const noexcept -> bytes { return foreign_; }

 private:
  static constexpr std::uint32_t enough_audits = 16;

  // Heaps that have changed since have no more than can be written to.
  [[nodiscard]] static auto unfound(bytes told, arena_memory const& found, bool moved) noexcept
      -> bytes {
    auto const heaps = moved ? found.heaps_mapped : found.heaps;
    return counted(told - (found.below_break + found.doubtful + heaps), least_missing);
  }
  [[nodiscard]] static constexpr auto counted(bytes amount, bytes least) noexcept -> bytes {
    return amount < least ? bytes{} : amount;
  }

  bytes missing_{};
  bytes foreign_{};
  bytes least_{};
  std::uint64_t heap_count_ = 0;
  std::uint32_t times_ = 0;  // in a row that memory moved, and as many heaps were found
};

}  // namespace memscape::inline v0
