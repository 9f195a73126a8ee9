// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/steady_time.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/malloc/locks.hpp>
#include <memscape/ledger/malloc/statistics.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/readers/common/monotonic_clock.hpp>
#include <memscape/readers/linux/fork/fork_detector.hpp>
#include <optional>
#include <utility>

namespace memscape::inline v0 {

/// What the C library says of its malloc, asked as seldom as its cost demands: it locks each arena and walks
/// its free blocks. In between, the last answer stands, stale and with its age.
/// Errors: where the C library says nothing there is no answer, and `why()` is 0. A child of fork(3) asks for
/// itself. One of clone(2) or `_Fork` does not where a thread that it has not got may hold a lock of malloc's
/// for ever: there is no answer, and `why()` is EDEADLK.
/// Cost: one part in `share` of the time, and a page of memory. Threads: one at a time.
template <class Clock = monotonic_clock>
class malloc_watch {
 public:
  using question = auto (*)() noexcept -> std::optional<malloc_account>;

  /// A share of 0 asks each time.
  explicit malloc_watch(std::uint32_t share, question ask = malloc_statistics,
                        Clock clock = {}) noexcept
      : share_{share}, ask_{ask}, clock_{std::move(clock)} {}

  /// The errno of an answer that is absent; 0 where the C library gave none.
  [[nodiscard]] auto why() const noexcept -> int { return why_; }

  [[nodiscard]] auto read() noexcept -> std::optional<malloc_account> {
    auto const now = clock_.now_ns();
    bool const is_ours = !mark_.is_new();
    why_ = locks_of_malloc.are_alive() ? 0 : EDEADLK;
    if (why_ != 0) return last_ = std::nullopt;
    // A clock that went back does not say how old an answer is.
    if (last_ && is_ours && now >= asked_ns_ && now - asked_ns_ < wait_ns_) {
      auto old = last_;
      old->worth = quality::stale;
      old->age_ms = (now - asked_ns_) / 1'000'000;
      return old;
    }
    asked_ns_ = now;
    last_ = ask_();
    wait_ns_ = cost_since(now);
    return last_;
  }

  /// Asks once more in the same audit, for which it waits the longer later.
  [[nodiscard]] auto read_again() noexcept -> std::optional<malloc_account> {
    if (!locks_of_malloc.are_alive()) return std::nullopt;
    auto const now = clock_.now_ns();
    auto const told = ask_();
    wait_ns_ = (bytes{wait_ns_} + bytes{cost_since(now)}).value();
    return told;
  }

 private:
  // As bytes, which do not wrap.
  [[nodiscard]] auto cost_since(std::uint64_t before) noexcept -> std::uint64_t {
    return (bytes{passed_between(before, clock_.now_ns())} * share_).value();
  }

  std::uint32_t share_;
  question ask_;
  [[no_unique_address]] Clock clock_;
  std::optional<malloc_account> last_{};
  std::uint64_t asked_ns_ = 0;
  std::uint64_t wait_ns_ = 0;
  int why_ = 0;
  fork_detector mark_{};  // of the process whose answer it is
};

}  // namespace memscape::inline v0
