// SPDX-License-Identifier: MIT
#include <memscape/sources/glibc.hpp>

#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::bytes;
using memscape::glibc_source;

static_assert(memscape::allocator_source<glibc_source>);
static_assert(memscape::says_home<glibc_source>);

auto fake() noexcept -> memscape::glibc_numbers {
  return {.arena = 100,
          .ordblks = 1,
          .smblks = 2,
          .hblks = 3,
          .hblkhd = 1000,
          .usmblks = 4,
          .fsmblks = 5,
          .uordblks = 60,
          .fordblks = 40,
          .keepcost = 6};
}

TEST_CASE("glibc: blocks in heaps and blocks of their own are used, with free ones committed") {
  auto const told = glibc_source{&fake}.figures();
  CHECK(told.used == bytes{1060});
  CHECK(told.committed == bytes{1100});
  CHECK_FALSE(told.own_resident);
  CHECK(glibc_source{&fake}.sample() ==
        memscape::usage{.used = bytes{1060}, .committed = bytes{1100}});
}

TEST_CASE("glibc: numbers that a block does not move are of a malloc that nobody uses") {
  CHECK_FALSE(glibc_source{&fake}.is_malloc());
}

TEST_CASE("glibc: none is no figures") {
  glibc_source const source{nullptr};
  CHECK_FALSE(source.is_available());
  CHECK_FALSE(source.figures().committed);
  CHECK_FALSE(source.is_malloc());
}

}  // namespace
