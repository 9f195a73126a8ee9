// SPDX-License-Identifier: MIT
#include "backoff.hpp"

#include <cstdint>
#include <doctest/doctest.h>
#include <limits>

namespace {

constexpr auto grows_and_stops() -> bool {
  watch::backoff waits;
  for (int const expected : {1000, 2000, 4000, 8000, 16000, 30000, 30000}) {
    if (waits.next(1000, 0).count() != expected) return false;
  }
  for (int i = 0; i < 100; ++i) {
    if (waits.next(1000, 0).count() != 30000) return false;
  }
  waits.reset();
  return waits.next(1000, 0).count() == 1000;
}
static_assert(grows_and_stops());

constexpr auto keeps_within_half_and_whole() -> bool {
  for (std::uint64_t random = 0; random < 2000; ++random) {
    watch::backoff waits;
    auto const wait = waits.next(1000, random).count();
    if (wait < 500 || wait > 1000) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("waits double up to half a minute, and begin anew after a success") {
  CHECK(grows_and_stops());
}

TEST_CASE("a wait is at least half of what it could be, and not always the same") {
  CHECK(keeps_within_half_and_whole());
  watch::backoff one;
  watch::backoff other;
  CHECK(one.next(1000, 1) != other.next(1000, 400));
}

TEST_CASE("a server can ask neither for a storm nor for silence") {
  CHECK(watch::backoff{}.next(0, 0) == watch::backoff::least);
  CHECK(watch::backoff{}.next(std::numeric_limits<std::uint64_t>::max(), 0) ==
        watch::backoff::most);
}
