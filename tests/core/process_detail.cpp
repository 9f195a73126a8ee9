// SPDX-License-Identifier: MIT
#include <memscape/core/process_detail.hpp>

#include <doctest/doctest.h>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::process_detail;
using memscape::process_memory;

static_assert(std::is_trivially_copyable_v<process_detail>);
static_assert(std::is_convertible_v<process_detail const&, process_memory const&>);

TEST_CASE("process_detail: nothing is known of a fresh one") {
  process_detail const detail;
  CHECK_FALSE(detail.rss);
  CHECK_FALSE(detail.rss_anon);
  CHECK_FALSE(detail.status_age_ms);
  CHECK_FALSE(detail.pss);
  CHECK_FALSE(detail.limits.limit);
  CHECK(detail.detail_errors.empty());
}

TEST_CASE("process_detail: equal when base and detail are") {
  constexpr auto test = [] {
    process_detail one;
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
