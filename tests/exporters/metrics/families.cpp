// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/families.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/metrics/policy.hpp>
#include <ostream>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::balance_families;
using memscape::bytes;
using memscape::count;
using memscape::memory_balance;
using memscape::process_families;
using memscape::usage_families;
using memscape::wire_unit;
using test_support::one_leaf;

template <class Family>
constexpr auto is_sound(Family const& family) -> bool {
  bool const counts = family.unit == wire_unit::events;
  // OpenMetrics: a unit ends the name, and `_total` is the format's to add.
  return memscape::is_metric_name(family.name) && family.name.ends_with("_bytes") != counts &&
         !family.name.ends_with("_total") && !family.help.empty() && family.get != nullptr &&
         family.prefixed == !family.name.starts_with("process_");
}

constexpr auto all_are_sound() -> bool {
  for (auto const& family : process_families) {
    if (!is_sound(family)) return false;
  }
  for (auto const& family : usage_families) {
    if (!is_sound(family) || family.unit != wire_unit::memory) return false;
  }
  for (auto const& family : balance_families) {
    if (!is_sound(family)) return false;
  }
  return true;
}
static_assert(all_are_sound());
TEST_CASE("metric_families: names end in their unit, and each has a help") {
  CHECK(all_are_sound());
}

template <auto const& Families, class Struct>
constexpr auto reads(std::string_view name, Struct const& of, memscape::wire_number expected)
    -> bool {
  for (auto const& family : Families) {
    if (family.name == name) return family.get(of) == expected;
  }
  return false;
}

constexpr auto each_reads_its_number() -> bool {
  memscape::snapshot<one_leaf> snap;
  snap.process.rss = bytes{100};
  snap.process.vms = bytes{2};
  snap.process.page_faults_minor = count{3};
  snap.process.page_faults_major = count{4};
  snap.nodes[0] = {.used = bytes{30}, .committed = bytes{6}, .peak = bytes{7}};
  memory_balance const balance{.untracked = bytes{70}, .overcounted = bytes{0}};
  return reads<process_families>("process_resident_memory_bytes", snap.process, 100) &&
         reads<process_families>("process_virtual_memory_bytes", snap.process, 2) &&
         reads<process_families>("process_minor_pagefaults", snap.process, 3) &&
         reads<process_families>("process_major_pagefaults", snap.process, 4) &&
         reads<usage_families>("memory_used_bytes", snap.nodes[0], 30) &&
         reads<usage_families>("memory_committed_bytes", snap.nodes[0], 6) &&
         reads<usage_families>("memory_peak_bytes", snap.nodes[0], 7) &&
         reads<usage_families>("memory_peak_bytes", memscape::usage{.used = {}}, {}) &&
         reads<balance_families>("memory_untracked_bytes", balance, 70) &&
         reads<balance_families>("memory_overcounted_bytes", balance, 0) &&
         reads<balance_families>("memory_untracked_bytes", memory_balance{}, {});
}
static_assert(each_reads_its_number());
TEST_CASE("metric_families: each reads the number that its name says") {
  CHECK(each_reads_its_number());
}

}  // namespace
