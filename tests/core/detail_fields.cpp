// SPDX-License-Identifier: MIT
#include <memscape/core/detail_fields.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <iterator>
#include <string_view>

namespace {

using memscape::detail_fields;
using memscape::detail_unit;
using memscape::extended_memory;
using memscape::limit_fields;
using memscape::memory_limits;

constexpr auto is_key(std::string_view key) -> bool {
  for (char const c : key) {
    if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_') return false;
  }
  return !key.empty() && key[0] >= 'a';
}

// Whether each field reads what it wrote, and no other does.
template <class Struct, auto const& Fields>
constexpr auto fields_are_apart() -> bool {
  for (auto const& field : Fields) {
    Struct of;
    if (!is_key(field.key) || field.get(of)) return false;
    field.set(of, UINT64_MAX);
    for (auto const& other : Fields) {
      if (other.get(of).has_value() != (&other == &field)) return false;
      if (&other != &field && other.key == field.key) return false;
    }
    if (field.get(of) != UINT64_MAX) return false;
    field.set(of, {});
    if (!(of == Struct{})) return false;
  }
  return true;
}

TEST_CASE("detail_fields: each reads and writes a member of its own, under a name of its own") {
  static_assert(fields_are_apart<extended_memory, detail_fields>());
  static_assert(fields_are_apart<memory_limits, limit_fields>());
  CHECK(fields_are_apart<extended_memory, detail_fields>());
  CHECK(fields_are_apart<memory_limits, limit_fields>());
}

TEST_CASE("detail_fields: every optional of the structs has one") {
  // A member more, and these sizes no longer are what the fields add up to.
  constexpr auto each = sizeof(std::optional<memscape::bytes>);
  static_assert(sizeof(memory_limits) == each * (std::size(limit_fields)) + 8);
  static_assert(sizeof(extended_memory) ==
                sizeof(memscape::process_memory) + each * std::size(detail_fields) +
                    sizeof(memory_limits) + (sizeof(memscape::read_errors) + 7) / 8 * 8);
  CHECK(std::size(detail_fields) + std::size(limit_fields) > 30);
}

TEST_CASE("detail_fields: a name that ends in a unit has it") {
  constexpr auto test = [](auto const& fields) {
    for (auto const& field : fields) {
      if (field.key.ends_with("_ms") != (field.unit == detail_unit::time_ms)) return false;
      if (field.key.ends_with("_us") != (field.unit == detail_unit::time_us)) return false;
      if (field.key.ends_with("_bp") != (field.unit == detail_unit::share_bp)) return false;
    }
    return true;
  };
  static_assert(test(detail_fields) && test(limit_fields));
  CHECK(test(detail_fields));
}

}  // namespace
