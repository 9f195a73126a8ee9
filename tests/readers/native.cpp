// SPDX-License-Identifier: MIT
#include <memscape/readers/native.hpp>

#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

static_assert(memscape::memory_reader<memscape::native_reader>);
static_assert(memscape::snapshot_clock<memscape::native_clock>);

TEST_CASE("native: the platform's reader reads this process") {
  auto const memory = memscape::native_reader{}.read();
  REQUIRE(memory.rss);
  CHECK(memory.rss->value() > 0);
#if !defined(_WIN32)  // Wine does not tell all that Windows does: windows.cpp looks into it.
  CHECK(memory.errors.empty());
#endif
}

}  // namespace
