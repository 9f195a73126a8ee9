// SPDX-License-Identifier: MIT
#include <malloc.h>

#include <cstdlib>
#include <doctest/doctest.h>
#include <memscape/ledger/malloc/statistics.hpp>

namespace {

TEST_CASE("malloc_statistics: says what mallinfo2 says") {
  auto const told = memscape::malloc_statistics();
  REQUIRE(told);
  auto const libc = ::mallinfo2();
  CHECK(told->mapped.value() == libc.hblkhd);
  CHECK(told->mapped_blocks.value() == libc.hblks);
  CHECK(told->in_use.value() == libc.uordblks + libc.hblkhd);
  CHECK(told->free.value() == libc.fordblks);
  CHECK(told->in_arenas.value() == libc.arena);
}

}  // namespace
