// SPDX-License-Identifier: MIT
#include "watchdog.hpp"

#include <doctest/doctest.h>

#include <chrono>

using namespace std::chrono_literals;

TEST_CASE("watchdog: a call is over its limit, and two ticks late at most") {
  demo::watchdog dog{1000ms};
  demo::watchdog::clock::time_point now{5h};
  CHECK_FALSE(dog.is_over(7, now));
  for (int i = 1; i < 10; ++i) CHECK_FALSE(dog.is_over(7, now += 100ms));
  CHECK(dog.is_over(7, now += 100ms));
  CHECK(dog.is_over(7, now));
  // The next begins anew, and nothing is never over.
  CHECK_FALSE(dog.is_over(8, now += 100ms));
  for (int i = 0; i < 100; ++i) CHECK_FALSE(dog.is_over(0, now += 100ms));
  for (std::uint64_t call = 9; call < 200; ++call) CHECK_FALSE(dog.is_over(call, now += 100ms));
}

TEST_CASE("watchdog: time that nobody looked does not count") {
  demo::watchdog dog{1000ms};
  demo::watchdog::clock::time_point now{5h};
  CHECK_FALSE(dog.is_over(1, now));
  // Stopped, and continued a day later.
  CHECK_FALSE(dog.is_over(1, now += 24h));
  for (int i = 0; i < 7; ++i) CHECK_FALSE(dog.is_over(1, now += 100ms));
  CHECK(dog.is_over(1, now += 100ms));
}
