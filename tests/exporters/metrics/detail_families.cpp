// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/detail_families.hpp>

#include <doctest/doctest.h>
#include <iterator>
#include <memscape/core/detail_fields.hpp>
#include <ostream>

#include "exporters/metric_row_rules.hpp"

namespace {

using memscape::detail_process_rows;
using memscape::detail_rows;
using test_support::are_sound;
using test_support::readers_of;

constexpr auto all_are_sound() -> bool {
  return are_sound(detail_process_rows) && are_sound(detail_rows);
}
static_assert(all_are_sound());
TEST_CASE("metric_detail_families: names end in their unit, and each metric has a help") {
  CHECK(all_are_sound());
}

constexpr auto each_field_has_one_row() -> bool {
  for (auto const& field : memscape::detail_fields) {
    if (readers_of(field, detail_process_rows, detail_rows) != 1) return false;
  }
  // Two more are of process_memory.
  return std::size(detail_process_rows) + std::size(detail_rows) ==
         std::size(memscape::detail_fields) + 2;
}
static_assert(each_field_has_one_row());
TEST_CASE("metric_detail_families: what a detailed reader knows is all there, each once") {
  CHECK(each_field_has_one_row());
}

}  // namespace
