// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Earlier ledgers of a process, to hold the latest against: the first, and some at even distances behind
/// it, which become longer as the process gets older. So growth that takes weeks is seen, and of growth
/// that began last night it is told since when.
///
///     memscape::baselines<decltype(memory)::layout> earlier;
///     auto const more = earlier.grown(auditor.audit());   // before it is kept itself
///     earlier.keep(auditor.last());
///
/// Cost: a copy of a ledger at most; no allocation. `Count` ledgers of memory, 8 KiB each for a small tree.
/// Threads: one at a time.
template <class Layout, std::size_t Count = 6>
class baselines {
  static_assert(
      Count >= 2 && Count % 2 == 0,
      "memscape: baselines are thinned out by halves: keep 2, 4, 6 or another even number.");

 public:
  using ledger_type = ledger<Layout>;

  /// Keeps the ledger, if one is due. One without RSS is nothing to hold another against.
  constexpr void keep(ledger_type const& made) noexcept {
    if (!made.rss || seen_++ % (skipped_ + 1) != 0) return;
    if (size_ == Count) {
      for (std::size_t i = 1; i < Count / 2; ++i) kept_[i] = kept_[2 * i];
      size_ = Count / 2;
      skipped_ = 2 * skipped_ + 1;
    }
    kept_[size_++] = made;
  }

  /// How RSS grew, and since when: from the latest of those that it grew nearly most from, which is nine
  /// tenths of what it grew by at most. Errors, and when it is worth a word: as `memscape::grown`.
  [[nodiscard]] constexpr auto grown(ledger_type const& now,
                                     doctor_thresholds const& when = {}) const noexcept
      -> std::optional<ledger_growth> {
    std::optional<ledger_growth> most;
    std::optional<ledger_growth> latest;
    for (std::size_t i = 0; i < size_; ++i) {
      auto const found = memscape::grown(*kept_[i], now, when);
      if (found && (!most || found->unowned > most->unowned)) most = found;
    }
    for (std::size_t i = 0; most && i < size_; ++i) {
      auto const found = memscape::grown(*kept_[i], now, when);
      if (found && found->unowned * 10 >= most->unowned * 9) latest = found;
    }
    return latest;
  }

  /// How many are kept.
  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
  /// They, the earliest first.
  [[nodiscard]] constexpr auto operator[](std::size_t i) const noexcept -> ledger_type const& {
    return *kept_[i];
  }

 private:
  // All zero at the start, so that one with static storage takes no room in the executable.
  std::array<std::optional<ledger_type>, Count> kept_{};
  std::size_t size_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t skipped_ = 0;  // of those seen, between two that are kept
};

}  // namespace memscape::inline v0
