// SPDX-License-Identifier: MIT
#include <memscape/readers/windows/faults.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <optional>
#include <thread>

namespace {

using memscape::windows_faults;

TEST_CASE("windows_faults: a count that grows is what it is") {
  windows_faults faults;
  for (std::uint32_t const now : {7U, 7U, 8U, 2'000'000'000U, 4'000'000'000U}) {
    CHECK(faults.carry(now) == now);
  }
}

TEST_CASE("windows_faults: a wrap is carried, as often as it comes") {
  windows_faults faults;
  CHECK(faults.carry(UINT32_MAX - 1) == UINT32_MAX - 1);
  CHECK(faults.carry(3) == std::uint64_t{UINT32_MAX} + 4);
  std::uint64_t total = std::uint64_t{UINT32_MAX} + 4;
  for (int step = 0; step < 9; ++step) {
    total += 2'000'000'000;
    CHECK(faults.carry(static_cast<std::uint32_t>(total)) == total);
  }
  CHECK(total > 5 * std::uint64_t{UINT32_MAX});
}

TEST_CASE("windows_faults: a wrap to exactly 0 is carried") {
  windows_faults faults;
  CHECK(faults.carry(UINT32_MAX) == UINT32_MAX);
  CHECK(faults.carry(0) == std::uint64_t{UINT32_MAX} + 1);
}

TEST_CASE("windows_faults: an older reading that comes late is no wrap") {
  windows_faults faults;
  CHECK(faults.carry(100) == 100U);
  CHECK(faults.carry(90) == 100U);
  CHECK(faults.carry(101) == 101U);
}

TEST_CASE("windows_faults: the first reading may be any") {
  CHECK(windows_faults{}.carry(3'000'000'000U) == 3'000'000'000U);
}

TEST_CASE("windows_faults: 0 from the start is no count, until there is one") {
  windows_faults faults;
  CHECK(faults.carry(0) == std::nullopt);
  CHECK(faults.carry(0) == std::nullopt);
  CHECK(faults.carry(5) == 5U);
}

TEST_CASE("windows_faults: threads that read at once carry one wrap once") {
  windows_faults faults;
  constexpr std::uint32_t first = UINT32_MAX - 20'000;
  static_cast<void>(faults.carry(first));
  std::array<std::thread, 4> threads;
  for (auto& thread : threads) {
    thread = std::thread{[&faults] {
      for (std::uint32_t step = 0; step < 40'000; ++step)
        static_cast<void>(faults.carry(first + step));
    }};
  }
  for (auto& thread : threads) thread.join();
  CHECK(faults.carry(first + 40'000) == std::uint64_t{first} + 40'000);
}

}  // namespace
