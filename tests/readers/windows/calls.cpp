// SPDX-License-Identifier: MIT
#if defined(_WIN32)
#include <memscape/readers/windows/calls.hpp>

// Behind our header here, and before it in windows.cpp.
#include <windows.h>

#include <psapi.h>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>

namespace {

using memscape::windows_calls;
using memscape::windows_counters;
using memscape::windows_status;

static_assert(sizeof(windows_counters) == sizeof(PROCESS_MEMORY_COUNTERS_EX));
static_assert(offsetof(windows_counters, page_fault_count) ==
              offsetof(PROCESS_MEMORY_COUNTERS_EX, PageFaultCount));
static_assert(offsetof(windows_counters, peak_working_set) ==
              offsetof(PROCESS_MEMORY_COUNTERS_EX, PeakWorkingSetSize));
static_assert(offsetof(windows_counters, working_set) ==
              offsetof(PROCESS_MEMORY_COUNTERS_EX, WorkingSetSize));
static_assert(offsetof(windows_counters, pagefile_usage) ==
              offsetof(PROCESS_MEMORY_COUNTERS_EX, PagefileUsage));
static_assert(offsetof(windows_counters, private_usage) ==
              offsetof(PROCESS_MEMORY_COUNTERS_EX, PrivateUsage));
static_assert(sizeof(windows_status) == sizeof(MEMORYSTATUSEX));
static_assert(offsetof(windows_status, total_virtual) == offsetof(MEMORYSTATUSEX, ullTotalVirtual));
static_assert(offsetof(windows_status, available_virtual) ==
              offsetof(MEMORYSTATUSEX, ullAvailVirtual));

TEST_CASE("windows_calls: answer, and say why when they do not") {
  windows_counters counters;
  CHECK(windows_calls::process_memory_info(counters) == 0);
  CHECK(counters.working_set > 0);
  windows_status status;
  CHECK(windows_calls::memory_status(status) == 0);
  CHECK(status.total_virtual > status.available_virtual);
  status.size = 1;
  CHECK(windows_calls::memory_status(status) != 0);
}

TEST_CASE("windows_calls: the clock counts as GetSystemTimeAsFileTime does") {
  auto const as_number = [] {
    FILETIME time;
    GetSystemTimeAsFileTime(&time);
    return std::uint64_t{time.dwHighDateTime} << 32U | time.dwLowDateTime;
  };
  // That one stands still between two ticks of up to 16 ms.
  auto const before = as_number();
  auto const told = windows_calls::system_time();
  auto const after = as_number() + 200'000;
  CHECK(told >= before);
  CHECK(told <= after);
}

}  // namespace
#endif
