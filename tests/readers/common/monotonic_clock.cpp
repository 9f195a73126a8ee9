// SPDX-License-Identifier: MIT
#include <memscape/readers/common/monotonic_clock.hpp>

#include <doctest/doctest.h>
#include <time.h>

namespace {

TEST_CASE("monotonic_clock: stands between two readings of the system's, and never goes back") {
  auto const system_ns = [] {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC, &time);
    return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
           static_cast<std::uint64_t>(time.tv_nsec);
  };
  auto const before = system_ns();
  auto const ours = memscape::monotonic_clock::now_ns();
  CHECK(before <= ours);
  CHECK(ours <= system_ns());
}

TEST_CASE("monotonic_clock: the coarse one is never ahead, and goes on") {
  auto const coarse = memscape::monotonic_clock::coarse_ns();
  CHECK(coarse <= memscape::monotonic_clock::now_ns());
  while (memscape::monotonic_clock::coarse_ns() == coarse) {
  }
  CHECK(memscape::monotonic_clock::coarse_ns() > coarse);
}

}  // namespace
