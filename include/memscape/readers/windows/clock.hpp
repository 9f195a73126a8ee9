// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/readers/windows/calls.hpp>

namespace memscape::inline v0 {

/// The wall clock of Windows, in steps of 100 ns. It can be set back; a snapshot that is just being taken
/// then says 0 for what it cost. Threads: any. Source: GetSystemTimePreciseAsFileTime, Windows 8 and later.
struct windows_clock {
  [[nodiscard]] static auto now_ns() noexcept -> std::uint64_t {
    constexpr std::uint64_t from_1601_to_1970 = 116'444'736'000'000'000U;
    return (windows_calls::system_time() - from_1601_to_1970) * 100U;
  }
};

}  // namespace memscape::inline v0
