// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

namespace watch {

/// How long to wait before the next attempt: the time that the server asked for, doubled with each
/// attempt, at most 30 s; and of that a random share of a half to the whole, so that the viewers of a
/// server that was restarted do not all come at once.
class backoff {
 public:
  using duration = std::chrono::milliseconds;
  static constexpr duration least{50};
  static constexpr duration most{30'000};

  /// What one attempt waits; `random` is any number.
  [[nodiscard]] constexpr auto next(std::uint64_t asked_for_ms, std::uint64_t random) noexcept
      -> duration {
    auto delay = std::clamp<std::uint64_t>(asked_for_ms, least.count(), most.count());
    for (unsigned i = 0; i < failures_ && delay < static_cast<std::uint64_t>(most.count()); ++i) {
      delay *= 2;
    }
    ++failures_;
    delay = std::min<std::uint64_t>(delay, most.count());
    return duration{static_cast<duration::rep>(delay - random % (delay / 2 + 1))};
  }

  /// A snapshot came: the server is well.
  constexpr void reset() noexcept { failures_ = 0; }

  /// Attempts since then.
  [[nodiscard]] constexpr auto failures() const noexcept -> unsigned { return failures_; }

 private:
  unsigned failures_ = 0;
};

}  // namespace watch
