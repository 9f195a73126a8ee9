// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/readers/windows/memory.hpp>

// Declared here, and as <windows.h> declares them, because that header would bring every program that
// includes us its macros `min`, `max`, `near`, `small` and a second of compile time. Both may be included,
// in either order. All of kernel32: there is nothing to link.
struct _PROCESS_MEMORY_COUNTERS;
struct _MEMORYSTATUSEX;
struct _FILETIME;

extern "C" {
__declspec(dllimport) auto __stdcall GetCurrentProcess() -> void*;
__declspec(dllimport) auto __stdcall GetLastError() -> unsigned long;
__declspec(dllimport) auto __stdcall GlobalMemoryStatusEx(_MEMORYSTATUSEX*) -> int;
__declspec(dllimport) void __stdcall GetSystemTimePreciseAsFileTime(_FILETIME*);
auto __stdcall K32GetProcessMemoryInfo(void*, _PROCESS_MEMORY_COUNTERS*, unsigned long) -> int;
}

namespace memscape::inline v0 {

/// The calls of Windows, as basic_windows_reader makes them.
struct windows_calls {
  [[nodiscard]] static auto process_memory_info(windows_counters& into) noexcept -> unsigned long {
    return outcome(::K32GetProcessMemoryInfo(
        ::GetCurrentProcess(), reinterpret_cast<::_PROCESS_MEMORY_COUNTERS*>(&into), sizeof into));
  }
  [[nodiscard]] static auto memory_status(windows_status& into) noexcept -> unsigned long {
    return outcome(::GlobalMemoryStatusEx(reinterpret_cast<::_MEMORYSTATUSEX*>(&into)));
  }

  /// The wall clock. Units: 100 ns since 1601-01-01T00:00Z.
  [[nodiscard]] static auto system_time() noexcept -> std::uint64_t {
    struct {
      std::uint32_t low;
      std::uint32_t high;
    } time{};
    ::GetSystemTimePreciseAsFileTime(reinterpret_cast<::_FILETIME*>(&time));
    return std::uint64_t{time.high} << 32U | time.low;
  }

 private:
  // A failure without a code is a failure still: ERROR_GEN_FAILURE.
  [[nodiscard]] static auto outcome(int done) noexcept -> unsigned long {
    if (done != 0) return 0;
    auto const error = ::GetLastError();
    return error != 0 ? error : 31;
  }
};

}  // namespace memscape::inline v0
