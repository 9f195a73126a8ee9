// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/detail_fields.hpp>
#include <memscape/exporters/common/fields.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <string_view>

namespace test_support {

/// Whether a row's metric is named and described as both formats have it.
template <class Row>
constexpr auto is_sound(Row const& row, bool is_first) -> bool {
  auto const& of = row.of;
  // OpenMetrics: a unit ends the name, and `_total` is the format's to add.
  return memscape::is_metric_name(of.name) && of.name.ends_with(of.unit) &&
         !of.name.ends_with("_total") && of.help.empty() != is_first && row.get != nullptr &&
         of.prefixed == !of.name.starts_with("process_") &&
         (row.decimals != 0) == (of.unit == "seconds" || of.unit == "ratio");
}

/// The same of all rows, the first of each metric having its help.
template <class Rows>
constexpr auto are_sound(Rows const& rows) -> bool {
  std::string_view before;
  for (auto const& row : rows) {
    if (!is_sound(row, row.of.name != before)) return false;
    before = row.of.name;
  }
  return true;
}

/// How many rows read this field.
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

}  // namespace test_support
