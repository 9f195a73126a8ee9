// SPDX-License-Identifier: MIT
#if defined(_WIN32)
#include <memscape/readers/windows/clock.hpp>

#include <cstdint>
#include <ctime>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::windows_clock;

static_assert(memscape::snapshot_clock<windows_clock>);

TEST_CASE("windows_clock: nanoseconds since 1970, as time counts seconds, and it goes on") {
  // time() may lag by a tick of the system.
  auto const before = static_cast<std::uint64_t>(std::time(nullptr));
  auto const first = windows_clock::now_ns();
  auto const after = static_cast<std::uint64_t>(std::time(nullptr)) + 1;
  CHECK(first / 1'000'000'000U >= before);
  CHECK(first / 1'000'000'000U <= after);
  auto last = first;
  while (last == first) last = windows_clock::now_ns();
  CHECK(last != first);
}

}  // namespace
#endif
