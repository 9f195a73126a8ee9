// SPDX-License-Identifier: MIT
#pragma once

#include <time.h>

#include <cstdint>

namespace memscape::inline v0 {

/// The wall clock of POSIX. It can be set back; a snapshot that is just being taken then says 0 for what it
/// cost. Errors: 0, with errno, where the call is denied. Cost: about 40 ns, without a system call where the vDSO serves. Threads: any.
/// Source: clock_gettime(2).
struct posix_clock {
  // clock_gettime fails only for a clock that does not exist, and where a filter denies it.
  [[nodiscard]] static auto now_ns() noexcept -> std::uint64_t {
    timespec time{};
    ::clock_gettime(CLOCK_REALTIME, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
  }
};

}  // namespace memscape::inline v0
