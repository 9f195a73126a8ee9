// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/ledger_families.hpp>

#include <doctest/doctest.h>
#include <memscape/exporters/metrics/policy.hpp>
#include <ostream>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::ledger;
using memscape::ledger_rows;
using memscape::make_ledger_figures;
using test_support::one_leaf;

constexpr auto all_are_sound() -> bool {
  std::string_view before;
  for (auto const& row : ledger_rows) {
    auto const& of = row.of;
    bool const is_first = of.name != before;
    before = of.name;
    if (!memscape::is_metric_name(of.name) || !of.name.ends_with(of.unit) || of.is_counter ||
        of.help.empty() == is_first || row.get == nullptr ||
        (row.decimals != 0) != (of.unit == "seconds")) {
      return false;
    }
  }
  return memscape::attributed_head.name.ends_with("_bytes");
}
static_assert(all_are_sound());
TEST_CASE("metric_ledger_families: names end in their unit, and each metric has a help") {
  CHECK(all_are_sound());
}

constexpr auto what_rss_did_since_is_told_apart() -> bool {
  ledger<one_leaf> of;
  of.rss = bytes{1'000};
  of.unexplained = bytes{10};
  of.closure_error = bytes{0};
  auto const grown = make_ledger_figures(of, bytes{1'300}, 5);
  auto const shrunk = make_ledger_figures(of, bytes{900}, 5);
  return grown.unexplained == bytes{10} && grown.grown == bytes{300} && grown.shrunk == bytes{0} &&
         shrunk.unexplained == bytes{10} && shrunk.grown == bytes{0} &&
         shrunk.shrunk == bytes{100} && shrunk.age_ms == 5;
}
static_assert(what_rss_did_since_is_told_apart());
TEST_CASE("metric_ledger_families: what RSS has done since the ledger is told apart") {
  CHECK(what_rss_did_since_is_told_apart());
}

constexpr auto nothing_is_made_up() -> bool {
  ledger<one_leaf> of;
  auto const unread = make_ledger_figures(of, bytes{900}, 5);
  of.rss = bytes{1'000};
  auto const later = make_ledger_figures(of, std::nullopt, 5);
  return !unread.grown && !unread.shrunk && !unread.unexplained && !unread.closure_error &&
         !later.grown && !later.shrunk;
}
static_assert(nothing_is_made_up());
TEST_CASE("metric_ledger_families: without RSS, then or now, nothing is said of its change") {
  CHECK(nothing_is_made_up());
}

}  // namespace
