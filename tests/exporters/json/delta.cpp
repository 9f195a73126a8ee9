// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/delta.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <ostream>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::json_delta;
using memscape::read_step;
using memscape::snapshot;
using test_support::group_first;

constexpr auto base() -> snapshot<group_first> {
  snapshot<group_first> snap;
  snap.sequence = 7;
  snap.process.rss = bytes{1'000};
  snap.process.vms = bytes{2'000};
  snap.nodes[0] = {.used = bytes{30}};
  snap.nodes[1] = {.used = bytes{10}, .peak = bytes{10}};
  snap.nodes[2] = {.used = bytes{20}};
  snap.nodes[3] = {.used = bytes{40}, .committed = bytes{64}, .objects = count{4}};
  return snap;
}

template <class Change>
constexpr auto delta_is(Change change, std::string_view behind) -> bool {
  auto now = base();
  now.sequence = 9;
  now.time_ms = 11;
  now.sample_ns = 12;
  change(now);
  constexpr std::string_view head = R"({"seq":9,"base":7,"time_ms":11,"sample_ns":12)";
  std::array<char, 1024> memory{};
  memscape::writer to{memory};
  json_delta::put(to, base(), now);
  return to.text().starts_with(head) && to.text().substr(head.size()) == behind;
}

constexpr auto nothing_changed() -> bool {
  return delta_is([](auto&) {}, "}");
}
static_assert(nothing_changed());

constexpr auto process_alone() -> bool {
  return delta_is([](auto& now) { now.process.page_faults_minor = count{5}; },
                  R"(,"process":{"page_faults_minor":5}})");
}
static_assert(process_alone());

constexpr auto rss_moves_the_balance() -> bool {
  return delta_is([](auto& now) { now.process.rss = bytes{1'001}; },
                  R"(,"process":{"rss":1001},"breakdown":{"untracked":931}})");
}
static_assert(rss_moves_the_balance());

constexpr auto what_vanished_is_null() -> bool {
  return delta_is([](auto& now) { now.process.rss.reset(); },
                  R"(,"process":{"rss":null},"breakdown":{"untracked":null,"overcounted":null}})");
}
static_assert(what_vanished_is_null());

constexpr auto a_leaf_its_group_and_its_pool() -> bool {
  return delta_is(
      [](auto& now) {
        now.nodes[0].used = bytes{31};
        now.nodes[1].used = bytes{11};
      },
      R"(,"breakdown":{"gc_heap":31,"lval":11,"untracked":929},"pools":{"lval":{"used":11}}})");
}
static_assert(a_leaf_its_group_and_its_pool());

constexpr auto a_pool_alone() -> bool {
  return delta_is(
      [](auto& now) {
        now.nodes[1].peak.reset();
        now.nodes[3].slot_count = count{0};
      },
      R"(,"pools":{"lval":{"peak":null},"cache":{"slots":0}}})");
}
static_assert(a_pool_alone());

constexpr auto platform_fields_come_and_go() -> bool {
  return delta_is([](auto& now) { now.process.footprint = bytes{6}; },
                  R"(,"process":{"footprint":6}})");
}
static_assert(platform_fields_come_and_go());

constexpr auto errors_are_sent_whole() -> bool {
  return delta_is([](auto& now) { now.process.errors.add({read_step::getrusage, -3}); },
                  R"(,"errors":[{"step":"getrusage","code":-3}]})");
}
static_assert(errors_are_sent_whole());

constexpr auto errors_that_ended_are_an_empty_list() -> bool {
  auto failed = base();
  failed.process.errors.add({read_step::getrusage, 1});
  std::array<char, 256> memory{};
  memscape::writer to{memory};
  json_delta::put(to, failed, base());
  return to.text().ends_with(R"(,"errors":[]})");
}
static_assert(errors_that_ended_are_an_empty_list());

TEST_CASE("json_delta: every field that differs, and no other") {
  CHECK(nothing_changed());
  CHECK(process_alone());
  CHECK(rss_moves_the_balance());
  CHECK(what_vanished_is_null());
  CHECK(a_leaf_its_group_and_its_pool());
  CHECK(a_pool_alone());
  CHECK(platform_fields_come_and_go());
  CHECK(errors_are_sent_whole());
  CHECK(errors_that_ended_are_an_empty_list());
}

}  // namespace
