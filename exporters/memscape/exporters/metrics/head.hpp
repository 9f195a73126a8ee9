// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/field.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How a metric is announced.
struct metric_head {
  std::string_view name{};
  std::string_view help{};
  std::string_view unit = "bytes";  ///< what the name ends with, or empty
  bool is_counter = false;          ///< its samples' names get `_total`
  bool prefixed = true;             ///< whether the policy's prefix goes before the name
};

/// Whether a number stands on pages, under a name that others use too or under one of ours.
[[nodiscard]] constexpr auto is_common_metric(field_metric const& of) noexcept -> bool {
  return of.name.starts_with("process_");
}
[[nodiscard]] constexpr auto is_own_metric(field_metric const& of) noexcept -> bool {
  return !of.name.empty() && !is_common_metric(of);
}

/// How the metric of a field is announced.
[[nodiscard]] constexpr auto metric_head_of(field_metric const& of, field_unit unit) noexcept
    -> metric_head {
  constexpr std::string_view rate = "bytes_per_second";
  constexpr std::string_view units[] = {"bytes", "", "seconds", "seconds", "ratio"};
  return {of.name, of.help, of.name.ends_with(rate) ? rate : units[static_cast<unsigned>(unit)],
          of.is_counter, !is_common_metric(of)};
}

/// Which decimal place of its metric's unit a number counts.
[[nodiscard]] constexpr auto metric_decimals(field_unit unit) noexcept -> unsigned {
  constexpr unsigned decimals[] = {0, 0, 3, 6, 4};
  return decimals[static_cast<unsigned>(unit)];
}

}  // namespace memscape::inline v0
