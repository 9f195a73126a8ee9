// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <initializer_list>
#include <memscape/ledger/malloc/search_depth.hpp>

namespace {

TEST_CASE("search_depth: an audit that found all is not begun again") {
  memscape::search_depth depth;
  CHECK_FALSE(depth.is_inside());
  CHECK_FALSE(depth.again(10, 10, 0));
  CHECK_FALSE(depth.again(11, 10, 0));
  CHECK_FALSE(depth.again(0, 0, 0));
  CHECK_FALSE(depth.is_inside());
}

TEST_CASE("search_depth: it looks inside for as long as that finds some") {
  memscape::search_depth depth;
  CHECK(depth.again(9, 10, 0));
  CHECK(depth.is_inside());
  CHECK_FALSE(depth.again(10, 10, 1));
  CHECK(depth.is_inside());
  CHECK_FALSE(depth.again(9, 10, 1));
  CHECK(depth.is_inside());
  CHECK_FALSE(depth.again(10, 10, 0));
  CHECK_FALSE(depth.is_inside());
  CHECK_MESSAGE(depth.again(9, 10, 0), "and at once when some are missing again");
}

TEST_CASE("search_depth: what is not found that way either makes it wait, longer each time") {
  memscape::search_depth depth;
  for (auto const pause : {0, 1, 3, 7, 15, 31, 63, 63}) {
    for (int i = 0; i < pause; ++i) CHECK_FALSE(depth.again(9, 10, 0));
    CHECK(depth.again(9, 10, 0));
    CHECK_FALSE(depth.again(9, 10, 0));
  }
}

}  // namespace
