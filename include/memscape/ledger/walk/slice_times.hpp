// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/steady_time.hpp>

namespace memscape::inline v0 {

/// How long work in slices takes, by readings of a clock that never goes back, or that a program replaced.
/// Where it went back, no time has passed, the slice is over, and `went_back()` says so of the work.
/// Cost: none. Threads: one at a time. Units: nanoseconds.
class slice_times {
 public:
  /// A slice begins.
  constexpr void enter(std::uint64_t now) noexcept { entered_ = now; }
  /// With this slice, the work does.
  constexpr void begin() noexcept {
    began_ = entered_;
    went_back_ = false;
  }

  /// Whether the slice has lasted that long. UINT64_MAX is for ever, whatever the clock says.
  [[nodiscard]] constexpr auto is_over(std::uint64_t now, std::uint64_t budget) noexcept -> bool {
    if (budget == UINT64_MAX) return false;
    return since(entered_, now) >= budget || now < entered_;
  }
  /// Since the slice began.
  [[nodiscard]] constexpr auto slice(std::uint64_t now) noexcept -> std::uint64_t {
    return since(entered_, now);
  }
  /// Since the work did.
  [[nodiscard]] constexpr auto whole(std::uint64_t now) noexcept -> std::uint64_t {
    return since(began_, now);
  }
  [[nodiscard]] constexpr auto went_back() const noexcept -> bool { return went_back_; }

 private:
  [[nodiscard]] constexpr auto since(std::uint64_t then, std::uint64_t now) noexcept
      -> std::uint64_t {
    went_back_ = went_back_ || now < then;
    return passed_between(then, now);
  }

  std::uint64_t began_ = 0;
  std::uint64_t entered_ = 0;
  bool went_back_ = false;
};

}  // namespace memscape::inline v0
