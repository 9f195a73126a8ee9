// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

/// An instant by a clock that nobody sets: two of them have a difference, and one alone is no date. A type of
/// its own, so that the wall clock, which is set, cannot be passed for it.
/// Threads: a plain value.
struct steady_time {
  std::uint64_t ns = 0;

  /// What has passed since `earlier`; 0 where that is later. Units: milliseconds.
  [[nodiscard]] constexpr auto ms_since(steady_time earlier) const noexcept -> std::uint64_t {
    return ns > earlier.ns ? (ns - earlier.ns) / 1'000'000 : 0;
  }
  /// This instant and so many milliseconds. Units: milliseconds.
  [[nodiscard]] constexpr auto plus_ms(std::uint64_t ms) const noexcept -> steady_time {
    return {ns + ms * 1'000'000};
  }

  [[nodiscard]] friend constexpr auto operator==(steady_time, steady_time) noexcept
      -> bool = default;
};

/// What has passed between two readings of one clock; 0 where it went back, as one does that a program replaces.
/// Units: those of the clock.
[[nodiscard]] constexpr auto passed_between(std::uint64_t before, std::uint64_t now) noexcept
    -> std::uint64_t {
  return now > before ? now - before : 0;
}

}  // namespace memscape::inline v0
