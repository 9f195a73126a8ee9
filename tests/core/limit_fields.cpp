// SPDX-License-Identifier: MIT
#include <memscape/core/limit_fields.hpp>

#include <doctest/doctest.h>
#include <iterator>

#include "core/field_rules.hpp"

namespace {

using memscape::limit_fields;
using memscape::memory_limits;

static_assert(test_support::fields_are_sound<memory_limits, limit_fields>());
TEST_CASE("limit_fields: each reads and writes a member of its own, under names of its own") {
  CHECK(test_support::fields_are_sound<memory_limits, limit_fields>());
}

TEST_CASE("limit_fields: every number of the struct has one") {
  // A member more, and this size no longer is what the fields add up to.
  constexpr auto each = sizeof(std::optional<memscape::bytes>);
  static_assert(sizeof(memory_limits) == each * std::size(limit_fields) + 8);
  CHECK(std::size(limit_fields) > 20);
}

}  // namespace
