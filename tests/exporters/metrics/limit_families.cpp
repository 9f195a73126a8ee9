// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/limit_families.hpp>

#include <doctest/doctest.h>
#include <iterator>
#include <memscape/core/detail_fields.hpp>
#include <ostream>

#include "exporters/metric_row_rules.hpp"

namespace {

using memscape::address_space_rows;
using memscape::limit_rows;
using memscape::more_limit_rows;
using test_support::are_sound;
using test_support::readers_of;

constexpr auto all_are_sound() -> bool {
  return are_sound(limit_rows) && are_sound(more_limit_rows) && are_sound(address_space_rows);
}
static_assert(all_are_sound());
TEST_CASE("metric_limit_families: names end in their unit, and each metric has a help") {
  CHECK(all_are_sound());
}

constexpr auto each_field_has_one_row() -> bool {
  for (auto const& field : memscape::limit_fields) {
    if (readers_of(field, limit_rows, more_limit_rows, address_space_rows) != 1) return false;
  }
  return std::size(limit_rows) + std::size(more_limit_rows) + std::size(address_space_rows) ==
         std::size(memscape::limit_fields);
}
static_assert(each_field_has_one_row());
TEST_CASE("metric_limit_families: what is known of limits is all there, each once") {
  CHECK(each_field_has_one_row());
}

}  // namespace
