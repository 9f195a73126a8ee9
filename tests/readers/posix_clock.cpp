// SPDX-License-Identifier: MIT
#include <memscape/readers/posix_clock.hpp>

#include <cstdint>
#include <ctime>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::posix_clock;

static_assert(memscape::snapshot_clock<posix_clock>);

TEST_CASE("posix_clock: the steady clock never goes back, and goes on") {
  auto const start = posix_clock::steady_ns();
  auto last = start;
  bool forward = true;
  for (int i = 0; i < 10000 || last == start; ++i) {
    auto const now = posix_clock::steady_ns();
    forward = forward && now >= last;
    last = now;
  }
  CHECK(forward);
  CHECK(last > start);
}

TEST_CASE("posix_clock: the wall clock counts milliseconds since 1970, as time does") {
  // time(2) may lag clock_gettime by a tick of the kernel.
  auto const before = static_cast<std::uint64_t>(std::time(nullptr));
  auto const now = posix_clock::wall_ms() / 1000;
  auto const after = static_cast<std::uint64_t>(std::time(nullptr)) + 1;
  CHECK(now >= before);
  CHECK(now <= after);
}

}  // namespace
