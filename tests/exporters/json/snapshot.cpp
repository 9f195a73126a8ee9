// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/snapshot.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <ostream>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::json_snapshot;
using memscape::read_step;
using memscape::snapshot;
using memscape::writer;
using test_support::deep;
using test_support::group_first;
using test_support::one_leaf;

template <class Layout>
constexpr auto becomes(snapshot<Layout> const& snap, std::string_view json) -> bool {
  std::array<char, 2048> memory{};
  writer to{memory};
  json_snapshot::put(to, snap);
  writer counter;
  json_snapshot::put(counter, snap);
  return to.text() == json && counter.size() == json.size();
}

constexpr auto nothing_known_is_null() -> bool {
  return becomes(snapshot<one_leaf>{},
                 R"({"seq":0,"time_ms":0,"sample_ns":0,)"
                 R"("process":{"rss":null,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
                 R"("page_faults_minor":null,"page_faults_major":null},)"
                 R"("breakdown":{"heap":0,"untracked":null,"overcounted":null},)"
                 R"("pools":{"heap":{"used":0,"committed":null,"peak":null,"objects":null,)"
                 R"("slots":null}}})");
}
static_assert(nothing_known_is_null());
TEST_CASE("json_snapshot: what is not known is null, never 0") { CHECK(nothing_known_is_null()); }

constexpr auto zero_is_zero() -> bool {
  snapshot<one_leaf> snap;
  snap.process = {.rss = bytes{},
                  .vms = bytes{},
                  .shared = bytes{},
                  .data = bytes{},
                  .peak_rss = bytes{},
                  .page_faults_minor = count{},
                  .page_faults_major = count{}};
  snap.nodes[0] = {.used = bytes{},
                   .committed = bytes{},
                   .peak = bytes{},
                   .objects = count{},
                   .slot_count = count{}};
  return becomes(snap,
                 R"({"seq":0,"time_ms":0,"sample_ns":0,)"
                 R"("process":{"rss":0,"vms":0,"shared":0,"data":0,"peak_rss":0,)"
                 R"("page_faults_minor":0,"page_faults_major":0},)"
                 R"("breakdown":{"heap":0,"untracked":0,"overcounted":0},)"
                 R"("pools":{"heap":{"used":0,"committed":0,"peak":0,"objects":0,"slots":0}}})");
}
static_assert(zero_is_zero());
TEST_CASE("json_snapshot: a zero that was measured is 0, not null") { CHECK(zero_is_zero()); }

constexpr auto groups_have_no_pool() -> bool {
  snapshot<group_first> snap;
  snap.sequence = 7;
  snap.time_ms = 1'764'000'000'000;
  snap.sample_ns = 2'100;
  snap.process.rss = bytes{1000};
  snap.process.page_faults_major = count{1};
  snap.nodes[0] = {.used = bytes{30}, .committed = bytes{64}, .objects = count{3}};
  snap.nodes[1] = {.used = bytes{10},
                   .committed = bytes{32},
                   .peak = bytes{20},
                   .objects = count{1},
                   .slot_count = count{4}};
  snap.nodes[2] = {.used = bytes{20}, .committed = bytes{32}, .objects = count{2}};
  snap.nodes[3] = {.used = bytes{5}, .peak = bytes{6}};
  return becomes(
      snap,
      R"({"seq":7,"time_ms":1764000000000,"sample_ns":2100,)"
      R"("process":{"rss":1000,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
      R"("page_faults_minor":null,"page_faults_major":1},)"
      R"("breakdown":{"gc_heap":30,"lval":10,"lenv":20,"cache":5,"untracked":965,"overcounted":0},)"
      R"("pools":{"lval":{"used":10,"committed":32,"peak":20,"objects":1,"slots":4},)"
      R"("lenv":{"used":20,"committed":32,"peak":null,"objects":2,"slots":null},)"
      R"("cache":{"used":5,"committed":null,"peak":6,"objects":null,"slots":null}}})");
}
static_assert(groups_have_no_pool());
TEST_CASE("json_snapshot: every node stands in the breakdown, only leaves in the pools") {
  CHECK(groups_have_no_pool());
}

constexpr auto excess_is_published() -> bool {
  snapshot<one_leaf> snap;
  snap.process.rss = bytes{1000};
  snap.nodes[0] = {.used = bytes{1700}};
  return becomes(snap,
                 R"({"seq":0,"time_ms":0,"sample_ns":0,)"
                 R"("process":{"rss":1000,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
                 R"("page_faults_minor":null,"page_faults_major":null},)"
                 R"("breakdown":{"heap":1700,"untracked":0,"overcounted":700},)"
                 R"("pools":{"heap":{"used":1700,"committed":null,"peak":null,"objects":null,)"
                 R"("slots":null}}})");
}
static_assert(excess_is_published());
TEST_CASE("json_snapshot: what is tracked beyond RSS is published") {
  CHECK(excess_is_published());
}

constexpr auto failures_say_why() -> bool {
  snapshot<one_leaf> snap;
  snap.process.errors.add({read_step::open_statm, 24});
  snap.process.errors.add({read_step::getrusage, std::numeric_limits<std::int32_t>::min()});
  snap.process.errors.add({static_cast<read_step>(200), 0});
  return becomes(snap,
                 R"({"seq":0,"time_ms":0,"sample_ns":0,)"
                 R"("process":{"rss":null,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
                 R"("page_faults_minor":null,"page_faults_major":null},)"
                 R"("breakdown":{"heap":0,"untracked":null,"overcounted":null},)"
                 R"("pools":{"heap":{"used":0,"committed":null,"peak":null,"objects":null,)"
                 R"("slots":null}},)"
                 R"("errors":[{"step":"open_statm","code":24},)"
                 R"({"step":"getrusage","code":-2147483648},{"step":"unknown","code":0}]})");
}
static_assert(failures_say_why());
TEST_CASE("json_snapshot: a read that failed says which step and why") {
  CHECK(failures_say_why());
}

constexpr auto platforms_may_know_more() -> bool {
  snapshot<one_leaf> snap;
  snap.process.footprint = bytes{0};
  snap.process.commit = bytes{std::numeric_limits<std::uint64_t>::max()};
  return becomes(snap,
                 R"({"seq":0,"time_ms":0,"sample_ns":0,)"
                 R"("process":{"rss":null,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
                 R"("page_faults_minor":null,"page_faults_major":null,"footprint":0,)"
                 R"("commit":18446744073709551615},)"
                 R"("breakdown":{"heap":0,"untracked":null,"overcounted":null},)"
                 R"("pools":{"heap":{"used":0,"committed":null,"peak":null,"objects":null,)"
                 R"("slots":null}}})");
}
static_assert(platforms_may_know_more());
TEST_CASE("json_snapshot: what only some platforms know is left out elsewhere") {
  CHECK(platforms_may_know_more());
}

constexpr auto deep_trees_stay_flat() -> bool {
  snapshot<deep> snap;
  for (std::size_t i = 0; i < deep::size; ++i) snap.nodes[i] = {.used = bytes{i + 1}};
  std::array<char, 2048> memory{};
  writer to{memory};
  json_snapshot::put(to, snap);
  return to.text().find(
             R"("breakdown":{"g1":1,"g2":2,"g3":3,"g4":4,"g5":5,"g6":6,"l7":7,"l3":8,)") !=
             std::string_view::npos &&
         to.text().find(R"("pools":{"l7":{"used":7,)") != std::string_view::npos;
}
static_assert(deep_trees_stay_flat());
TEST_CASE("json_snapshot: a deep tree is flat on the wire") { CHECK(deep_trees_stay_flat()); }

}  // namespace
