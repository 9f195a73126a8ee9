// SPDX-License-Identifier: MIT
#include <memscape/readers/common/posix_clock.hpp>

#include <cstdint>
#include <ctime>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::posix_clock;

static_assert(memscape::snapshot_clock<posix_clock>);

TEST_CASE("posix_clock: nanoseconds since 1970, as time counts seconds, and it goes on") {
  // time(2) may lag clock_gettime by a tick of the kernel.
  auto const before = static_cast<std::uint64_t>(std::time(nullptr));
  auto const first = posix_clock::now_ns();
  auto const after = static_cast<std::uint64_t>(std::time(nullptr)) + 1;
  CHECK(first / 1'000'000'000U >= before);
  CHECK(first / 1'000'000'000U <= after);
  auto last = first;
  while (last == first) last = posix_clock::now_ns();
  CHECK(last != first);
}

}  // namespace
