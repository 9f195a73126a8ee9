// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/common/fields.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One number of a struct, by its name on the wire, to be written: the other half of `wire_field`.
/// `set` returns whether the struct can hold the number: `null` has no place where a number is owed.
template <class Struct>
struct decoded_field {
  std::string_view key{};
  bool (*set)(Struct&, wire_number) noexcept = nullptr;
};

/// Writes an amount from a wire number.
template <class Unit>
[[nodiscard]] constexpr auto set_wire_value(quantity<Unit>& amount, wire_number value) noexcept
    -> bool {
  if (value) amount = quantity<Unit>{*value};
  return value.has_value();
}
template <class Unit>
[[nodiscard]] constexpr auto set_wire_value(std::optional<quantity<Unit>>& amount,
                                            wire_number value) noexcept -> bool {
  amount = value ? std::optional{quantity<Unit>{*value}} : std::nullopt;
  return true;
}

/// Writes a member from a wire number.
template <auto Member, class Struct>
[[nodiscard]] constexpr auto set_wire_value(Struct& of, wire_number value) noexcept -> bool {
  return set_wire_value(of.*Member, value);
}

/// `process_fields` and then `platform_fields`, to be written.
inline constexpr decoded_field<process_memory> decoded_process_fields[] = {
    {"rss", set_wire_value<&process_memory::rss, process_memory>},
    {"vms", set_wire_value<&process_memory::vms, process_memory>},
    {"shared", set_wire_value<&process_memory::shared, process_memory>},
    {"data", set_wire_value<&process_memory::data, process_memory>},
    {"peak_rss", set_wire_value<&process_memory::peak_rss, process_memory>},
    {"page_faults_minor", set_wire_value<&process_memory::page_faults_minor, process_memory>},
    {"page_faults_major", set_wire_value<&process_memory::page_faults_major, process_memory>},
    {"footprint", set_wire_value<&process_memory::footprint, process_memory>},
    {"commit", set_wire_value<&process_memory::commit, process_memory>},
};

/// `usage_fields`, to be written.
inline constexpr decoded_field<usage> decoded_usage_fields[] = {
    {"used", set_wire_value<&usage::used, usage>},
    {"committed", set_wire_value<&usage::committed, usage>},
    {"peak", set_wire_value<&usage::peak, usage>},
    {"objects", set_wire_value<&usage::objects, usage>},
    {"slots", set_wire_value<&usage::slot_count, usage>},
};

/// The index of the field with this key, or the number of fields when there is none.
template <class Struct, std::size_t Size>
[[nodiscard]] constexpr auto index_of(decoded_field<Struct> const (&fields)[Size],
                                      std::string_view key) noexcept -> std::size_t {
  std::size_t index = 0;
  while (index < Size && fields[index].key != key) ++index;
  return index;
}

// What one side writes the other reads, under the same names and in the same order.
static_assert([] {
  constexpr auto owed = std::size(process_fields);
  if (owed + std::size(platform_fields) != std::size(decoded_process_fields)) return false;
  for (std::size_t i = 0; i < std::size(decoded_process_fields); ++i) {
    auto const key = i < owed ? process_fields[i].key : platform_fields[i - owed].key;
    if (decoded_process_fields[i].key != key) return false;
  }
  if (std::size(usage_fields) != std::size(decoded_usage_fields)) return false;
  for (std::size_t i = 0; i < std::size(usage_fields); ++i) {
    if (decoded_usage_fields[i].key != usage_fields[i].key) return false;
  }
  return true;
}());

}  // namespace memscape::inline v0
