// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <cstdint>

namespace memscape::inline v0 {

/// A clock that is never set: for cadences and ages. Its zero is no date.
/// Cost: about 40 ns, without a system call where the vDSO serves. Threads: any.
/// Source: clock_gettime(2).
struct monotonic_clock {
  // clock_gettime fails only for a clock that does not exist, and this one always does.
  [[nodiscard]] static auto now_ns() noexcept -> std::uint64_t {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
  }
};

}  // namespace memscape::inline v0
