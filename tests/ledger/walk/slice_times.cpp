// SPDX-License-Identifier: MIT
#include <memscape/ledger/walk/slice_times.hpp>

#include <cstdint>
#include <doctest/doctest.h>

namespace {

using memscape::slice_times;

TEST_CASE("slice_times: a slice and the whole, by a clock that goes on") {
  slice_times times;
  times.enter(100);
  times.begin();
  CHECK_FALSE(times.is_over(109, 10));
  CHECK(times.is_over(110, 10));
  CHECK(times.slice(120) == 20);
  times.enter(200);
  CHECK(times.slice(205) == 5);
  CHECK(times.whole(205) == 105);
  CHECK_FALSE(times.is_over(UINT64_MAX, UINT64_MAX));
  CHECK_FALSE(times.went_back());
}

TEST_CASE("slice_times: a clock that went back took no time, ends the slice, and is told") {
  slice_times times;
  times.enter(100);
  times.begin();
  CHECK(times.is_over(50, 10));
  CHECK_FALSE_MESSAGE(times.is_over(50, UINT64_MAX), "for ever is no question of time");
  CHECK(times.slice(50) == 0);
  CHECK(times.whole(99) == 0);
  CHECK(times.went_back());
  times.enter(40);
  CHECK(times.slice(45) == 5);
  CHECK_MESSAGE(times.went_back(), "to the end of the work");
  times.begin();
  CHECK_FALSE(times.went_back());
}

}  // namespace
