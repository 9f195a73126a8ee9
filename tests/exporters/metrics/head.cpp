// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/head.hpp>

#include <doctest/doctest.h>

namespace {

using memscape::field_unit;
using memscape::is_common_metric;
using memscape::is_own_metric;
using memscape::metric_decimals;
using memscape::metric_head_of;

TEST_CASE("metric_head: its unit is the base unit of the field's") {
  static_assert(metric_head_of({.name = "memory_a_bytes"}, field_unit::memory).unit == "bytes");
  static_assert(metric_head_of({.name = "memory_a_bytes_per_second"}, field_unit::memory).unit ==
                "bytes_per_second");
  static_assert(metric_head_of({.name = "memory_a"}, field_unit::events).unit.empty());
  static_assert(metric_head_of({.name = "memory_a_seconds"}, field_unit::time_us).unit ==
                "seconds");
  static_assert(metric_head_of({.name = "memory_a_seconds"}, field_unit::time_ms).unit ==
                "seconds");
  static_assert(metric_head_of({.name = "memory_a_ratio"}, field_unit::share_bp).unit == "ratio");
  static_assert(metric_decimals(field_unit::memory) == 0 &&
                metric_decimals(field_unit::events) == 0);
  static_assert(metric_decimals(field_unit::time_ms) == 3 &&
                metric_decimals(field_unit::time_us) == 6 &&
                metric_decimals(field_unit::share_bp) == 4);
  CHECK(metric_decimals(field_unit::share_bp) == 4);
}

TEST_CASE("metric_head: only names that others use too have no prefix") {
  static_assert(!metric_head_of({.name = "process_threads"}, field_unit::events).prefixed);
  static_assert(metric_head_of({.name = "memory_threads"}, field_unit::events).prefixed);
  static_assert(!is_own_metric({}) && !is_common_metric({}));
  CHECK(is_common_metric({.name = "process_threads"}));
}

}  // namespace
