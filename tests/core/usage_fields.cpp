// SPDX-License-Identifier: MIT
#include <memscape/core/usage_fields.hpp>

#include <doctest/doctest.h>
#include <iterator>
#include <string_view>

#include "core/field_rules.hpp"

namespace {

using memscape::balance_fields;
using memscape::memory_balance;
using memscape::usage;
using memscape::usage_fields;

constexpr auto tables_are_sound() -> bool {
  return test_support::fields_are_sound<usage, usage_fields>() &&
         test_support::fields_are_sound<memory_balance, balance_fields>();
}
static_assert(tables_are_sound());
TEST_CASE("usage_fields: each reads and writes a member of its own, under names of its own") {
  CHECK(tables_are_sound());
}

TEST_CASE("usage_fields: every number of the struct has one, in the order of the wire") {
  constexpr auto each = sizeof(std::optional<memscape::bytes>);
  static_assert(sizeof(usage) == sizeof(memscape::bytes) + each * (std::size(usage_fields) - 1));
  constexpr std::string_view keys[] = {"used", "committed", "peak", "objects", "slots"};
  REQUIRE(std::size(usage_fields) == std::size(keys));
  for (std::size_t i = 0; i < std::size(keys); ++i) {
    CHECK(usage_fields[i].key == keys[i]);
    CHECK(usage_fields[i].always);
  }
}

}  // namespace
