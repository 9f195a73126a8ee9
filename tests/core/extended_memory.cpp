// SPDX-License-Identifier: MIT
#include <memscape/core/extended_memory.hpp>

#include <doctest/doctest.h>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::process_memory;

static_assert(std::is_trivially_copyable_v<extended_memory>);
static_assert(std::is_convertible_v<extended_memory const&, process_memory const&>);

TEST_CASE("extended_memory: nothing is known of a fresh one") {
  extended_memory const detail;
  CHECK_FALSE(detail.rss);
  CHECK_FALSE(detail.rss_anon);
  CHECK_FALSE(detail.status_age_ms);
  CHECK_FALSE(detail.pss);
  CHECK_FALSE(detail.limits.limit);
  CHECK(detail.detail_errors.empty());
}

TEST_CASE("extended_memory: equal when base and detail are") {
  constexpr auto test = [] {
    extended_memory one;
    one.rss = bytes{1};
    one.uss = bytes{2};
    auto other = one;
    if (one != other) return false;
    other.rss = bytes{3};
    if (one == other) return false;
    other = one;
    other.limits.limit = bytes{4};
    return one != other;
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
