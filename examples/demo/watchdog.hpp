// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace demo {

/// Tells which call has gone on for too long, from being shown every `tick` which one goes on.
///
/// Time counts only as far as it is looked at: one look adds two ticks at most. While the whole process is stopped,
/// as by Ctrl-Z, nobody looks, and no call is to blame for it.
class watchdog {
 public:
  using clock = std::chrono::steady_clock;
  static constexpr auto tick = std::chrono::milliseconds{100};

  explicit watchdog(std::chrono::milliseconds limit) noexcept : limit_{limit} {}

  /// `call` is the number of the one that goes on, 0 when none does. True when it is over its limit, which is
  /// noticed two ticks late at most.
  [[nodiscard]] auto is_over(std::uint64_t call, clock::time_point now) noexcept -> bool {
    auto const since = std::min<clock::duration>(now - looked_, 2 * tick);
    looked_ = now;
    seen_for_ = call == seen_ ? seen_for_ + since : clock::duration{};
    seen_ = call;
    return call != 0 && seen_for_ >= limit_;
  }

 private:
  std::chrono::milliseconds limit_;
  std::uint64_t seen_ = 0;
  clock::duration seen_for_{};
  clock::time_point looked_{};
};

}  // namespace demo
