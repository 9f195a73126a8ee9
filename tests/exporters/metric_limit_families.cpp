// SPDX-License-Identifier: MIT
#include <memscape/exporters/metric_limit_families.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/core/detail_fields.hpp>
#include <memscape/exporters/metric_policy.hpp>
#include <ostream>
#include <string_view>

namespace {

using memscape::address_space_rows;
using memscape::limit_rows;
using memscape::more_limit_rows;

template <class Row>
constexpr auto is_sound(Row const& row, bool is_first) -> bool {
  auto const& of = row.of;
  // OpenMetrics: a unit ends the name, and `_total` is the format's to add.
  return memscape::is_metric_name(of.name) && of.name.ends_with(of.unit) &&
         !of.name.ends_with("_total") && of.help.empty() != is_first && row.get != nullptr &&
         of.prefixed == !of.name.starts_with("process_") &&
         (row.decimals != 0) == (of.unit == "seconds" || of.unit == "ratio");
}
template <class Rows>
constexpr auto are_sound(Rows const& rows) -> bool {
  std::string_view before;
  for (auto const& row : rows) {
    if (!is_sound(row, row.of.name != before)) return false;
    before = row.of.name;
  }
  return true;
}
constexpr auto all_are_sound() -> bool {
  return are_sound(limit_rows) && are_sound(more_limit_rows) && are_sound(address_space_rows);
}
static_assert(all_are_sound());
TEST_CASE("metric_limit_families: names end in their unit, and each metric has a help") {
  CHECK(all_are_sound());
}

// How many rows read this field.
template <class Struct, class... Rows>
constexpr auto readers_of(memscape::detail_field<Struct> const& field, Rows const&... rows) -> int {
  int found = 0;
  Struct of{};
  field.set(of, 5);
  auto const count = [&](auto const& all) {
    for (auto const& row : all) {
      if (row.get(of) == memscape::wire_number{5}) ++found;
    }
  };
  (count(rows), ...);
  return found;
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
