// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/field.hpp>
#include <string_view>

namespace test_support {

constexpr auto is_key(std::string_view key) -> bool {
  for (char const c : key) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
  }
  return !key.empty() && key[0] >= 'a' && key[0] <= 'z';
}

/// Whether each field writes and reads a member of its own, under a name of its own.
template <class Struct, auto const& Fields>
constexpr auto fields_are_apart() -> bool {
  for (auto const& field : Fields) {
    Struct of{};
    bool const is_optional = field.set(of, {});
    if (!is_key(field.key) || !(of == Struct{})) return false;
    if (field.get(of) != (is_optional ? memscape::wire_number{} : 0U)) return false;
    if (!field.set(of, UINT64_MAX)) return false;
    for (auto const& other : Fields) {
      if ((other.get(of) == UINT64_MAX) != (&other == &field)) return false;
      if (&other != &field && other.key == field.key) return false;
    }
    if (field.set(of, {}) != is_optional) return false;
    if (field.get(of) != (is_optional ? memscape::wire_number{} : UINT64_MAX)) return false;
  }
  return true;
}

/// Whether a name says the unit, on the wire and as a metric: OpenMetrics ends names in the base unit, and adds
/// `_total` itself.
template <auto const& Fields>
constexpr auto names_say_units() -> bool {
  using memscape::field_unit;
  for (auto const& field : Fields) {
    auto const unit = field.unit;
    if (field.key.ends_with("_ms") != (unit == field_unit::time_ms)) return false;
    if (field.key.ends_with("_us") != (unit == field_unit::time_us)) return false;
    if (field.key.ends_with("_bp") != (unit == field_unit::share_bp)) return false;
    auto const& metric = field.metric;
    if (metric.name.empty()) continue;
    if (!is_key(metric.name) || metric.name.ends_with("_total")) return false;
    bool const is_memory =
        metric.name.ends_with("_bytes") || metric.name.ends_with("_bytes_per_second");
    bool const is_time = metric.name.ends_with("_seconds");
    if (is_memory != (unit == field_unit::memory)) return false;
    if (is_time != (unit == field_unit::time_ms || unit == field_unit::time_us)) return false;
    if (metric.name.ends_with("_ratio") != (unit == field_unit::share_bp)) return false;
  }
  return true;
}

/// Whether the metrics of a table stand where one announces them: its first sample has the help, and the others
/// are of its place.
template <auto const& Fields>
constexpr auto metrics_have_help() -> bool {
  for (auto const& field : Fields) {
    auto const& metric = field.metric;
    std::size_t helps = 0;
    for (auto const& other : Fields) {
      if (other.metric.name != metric.name) continue;
      if (other.metric.place != metric.place) return false;
      helps += other.metric.help.empty() ? 0 : 1;
    }
    if (helps != (metric.name.empty() ? 0U : 1U)) return false;
  }
  return true;
}

template <class Struct, auto const& Fields>
constexpr auto fields_are_sound() -> bool {
  return fields_are_apart<Struct, Fields>() && names_say_units<Fields>() &&
         metrics_have_help<Fields>();
}

}  // namespace test_support
