// SPDX-License-Identifier: MIT
// What the reader makes of the system's answers is tried in windows_memory.cpp, on any machine.
#if defined(_WIN32)
// Before our header here, and behind it in windows_calls.cpp.
#include <windows.h>

#include <psapi.h>

#include <memscape/readers/windows.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::read_error;
using memscape::read_step;
using memscape::windows_reader;

static_assert(memscape::memory_reader<windows_reader>);

// Wine keeps no commit charge and no fault count, and says 0.
auto is_under_wine() -> bool {
  return ::GetProcAddress(::GetModuleHandleA("ntdll.dll"), "wine_get_version") != nullptr;
}

auto working_set_by_psapi() -> std::uint64_t {
  PROCESS_MEMORY_COUNTERS counters{};
  ::GetProcessMemoryInfo(::GetCurrentProcess(), &counters, sizeof counters);
  return counters.WorkingSetSize;
}

TEST_CASE("windows: gives what the system says of this process") {
  windows_reader reader;
  // The working set may move between two calls, so one pair of equals is wanted.
  bool equal = false;
  for (int attempt = 0; attempt < 1000 && !equal; ++attempt) {
    equal = reader.read().rss == memscape::bytes{working_set_by_psapi()};
  }
  CHECK(equal);
  auto const memory = reader.read_extended();
  REQUIRE(memory.rss);
  CHECK(memory.rss->value() > 0);
  CHECK(memory.peak_rss.value() >= *memory.rss);
  CHECK(memory.vms.value().value() > 0);
  CHECK_FALSE(memory.page_faults_minor);
  CHECK_FALSE(memory.page_faults_major);
  CHECK_FALSE(memory.footprint);
  CHECK_FALSE(memory.shared);
}

TEST_CASE(
    "windows: commit and faults are told, or absent with a reason where the system keeps none") {
  auto const memory = windows_reader{}.read_extended();
  if (is_under_wine() && !memory.errors.empty()) {
    CHECK(*memory.errors.begin() == read_error{read_step::process_memory, ERROR_NOT_SUPPORTED});
    CHECK_FALSE((memory.commit && memory.page_faults));
    return;
  }
  CHECK(memory.errors.empty());
  CHECK(memory.commit.value().value() > 0);
  CHECK(memory.page_faults.value().value() > 0);
}

TEST_CASE("windows: RSS follows memory that is touched, and its peak stays") {
  constexpr std::size_t size = std::size_t{64} << 20U;
  windows_reader reader;
  auto const before = reader.read();
  void* const memory = ::VirtualAlloc(nullptr, size, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE);
  REQUIRE(memory != nullptr);
  auto const untouched = reader.read();
  std::memset(memory, 1, size);
  auto const touched = reader.read();
  ::VirtualFree(memory, 0, MEM_RELEASE);
  auto const freed = reader.read();
  CHECK((*untouched.rss - *before.rss).value() < size / 2);
  CHECK((*touched.rss - *before.rss).value() > size / 4 * 3);
  CHECK((*touched.rss - *freed.rss).value() > size / 4 * 3);
  CHECK(*freed.peak_rss >= *freed.rss);
}

}  // namespace
#endif
