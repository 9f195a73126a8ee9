// SPDX-License-Identifier: MIT
#include <memscape/readers/windows/memory.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <type_traits>

namespace {

using memscape::basic_windows_reader;
using memscape::bytes;
using memscape::count;
using memscape::extended_memory;
using memscape::read_error;
using memscape::read_step;
using memscape::windows_counters;
using memscape::windows_status;

constexpr std::int32_t access_denied = 5;
constexpr std::int32_t not_supported = 50;

// What the system answers; a test sets it.
struct system_state {
  windows_counters counters{.page_fault_count = 70,
                            .peak_working_set = 9'000,
                            .working_set = 8'000,
                            .pagefile_usage = 1,
                            .peak_pagefile_usage = 2,
                            .private_usage = 20'000};
  windows_status status{.total_virtual = 140'000'000'000'000,
                        .available_virtual = 139'000'000'000'000};
  std::uint32_t counters_error = 0;
  std::uint32_t status_error = 0;
};
system_state now;

struct calls {
  static auto process_memory_info(windows_counters& into) noexcept -> std::uint32_t {
    if (into.size != sizeof into) return 24;  // ERROR_BAD_LENGTH
    into = now.counters;
    return now.counters_error;
  }
  static auto memory_status(windows_status& into) noexcept -> std::uint32_t {
    if (into.size != sizeof into) return 87;  // ERROR_INVALID_PARAMETER
    into = now.status;
    return now.status_error;
  }
};
using reader = basic_windows_reader<calls>;

static_assert(memscape::memory_reader<reader>);
static_assert(std::is_trivially_copyable_v<extended_memory>);
static_assert(sizeof(windows_status) == 64);
static_assert(sizeof(windows_counters) == 8 + 9 * sizeof(void*));

auto only_error(extended_memory const& memory, read_step step, std::int32_t code) -> bool {
  return memory.errors.size() == 1 && *memory.errors.begin() == read_error{step, code};
}

TEST_CASE(
    "windows: the working set is resident, PrivateUsage is commit and neither is virtual size") {
  now = {};
  extended_memory expected;
  expected.rss = bytes{8'000};
  expected.peak_rss = bytes{9'000};
  expected.commit = bytes{20'000};
  expected.vms = bytes{1'000'000'000'000};
  expected.page_faults = count{70};
  reader windows;
  CHECK(windows.read_extended() == expected);
  CHECK(windows.read() == static_cast<memscape::process_memory const&>(expected));
}

TEST_CASE("windows: faults are minor and major together, so neither is told") {
  now = {};
  auto const memory = reader{}.read_extended();
  CHECK_FALSE(memory.page_faults_minor);
  CHECK_FALSE(memory.page_faults_major);
  CHECK(memory.page_faults == count{70});
}

TEST_CASE("windows: the fault count goes on where 32 bits wrap") {
  now = {};
  reader windows;
  now.counters.page_fault_count = UINT32_MAX;
  CHECK(windows.read_extended().page_faults == count{UINT32_MAX});
  now.counters.page_fault_count = 9;
  CHECK(windows.read_extended().page_faults == count{std::uint64_t{UINT32_MAX} + 10});
}

TEST_CASE("windows: each call that fails leaves its own fields absent, with its code") {
  now = {};
  now.counters_error = access_denied;
  auto memory = reader{}.read_extended();
  CHECK(only_error(memory, read_step::process_memory, access_denied));
  CHECK_FALSE(memory.rss);
  CHECK_FALSE(memory.peak_rss);
  CHECK_FALSE(memory.commit);
  CHECK_FALSE(memory.page_faults);
  CHECK(memory.vms == bytes{1'000'000'000'000});

  now = {};
  now.status_error = access_denied;
  memory = reader{}.read_extended();
  CHECK(only_error(memory, read_step::virtual_size, access_denied));
  CHECK_FALSE(memory.vms);
  CHECK(memory.rss == bytes{8'000});
}

TEST_CASE("windows: when every call fails, nothing is known and each says why") {
  now = {};
  now.counters_error = access_denied;
  now.status_error = 8;
  extended_memory expected;
  expected.errors.add({read_step::process_memory, access_denied});
  expected.errors.add({read_step::virtual_size, 8});
  CHECK(reader{}.read_extended() == expected);
}

TEST_CASE("windows: what the system leaves at 0 and cannot be 0 is absent, with a reason") {
  now = {};
  now.counters.private_usage = 0;
  auto memory = reader{}.read_extended();
  CHECK(only_error(memory, read_step::process_memory, not_supported));
  CHECK_FALSE(memory.commit);
  CHECK(memory.rss == bytes{8'000});
  CHECK(memory.page_faults == count{70});

  now.counters.page_fault_count = 0;
  memory = reader{}.read_extended();
  CHECK(only_error(memory, read_step::process_memory, not_supported));
  CHECK_FALSE(memory.page_faults);
}

TEST_CASE("windows: an address space with more free than there is has no size") {
  now = {};
  now.status.available_virtual = now.status.total_virtual;
  auto const memory = reader{}.read_extended();
  CHECK(only_error(memory, read_step::virtual_size, 13));
  CHECK_FALSE(memory.vms);
}

TEST_CASE("windows: the peak is no lower than the working set beside it") {
  now = {};
  now.counters.peak_working_set = 1;
  CHECK(reader{}.read_extended().peak_rss == bytes{8'000});
}

}  // namespace
