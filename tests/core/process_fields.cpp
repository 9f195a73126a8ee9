// SPDX-License-Identifier: MIT
#include <memscape/core/process_fields.hpp>

#include <doctest/doctest.h>
#include <iterator>

#include "core/field_rules.hpp"

namespace {

using memscape::extended_fields;
using memscape::extended_memory;
using memscape::memory_limits;
using memscape::process_fields;
using memscape::process_memory;
using memscape::read_errors;

constexpr auto tables_are_sound() -> bool {
  return test_support::fields_are_sound<process_memory, process_fields>() &&
         test_support::fields_are_sound<extended_memory, extended_fields>();
}
static_assert(tables_are_sound());
TEST_CASE("process_fields: each reads and writes a member of its own, under names of its own") {
  CHECK(tables_are_sound());
}

TEST_CASE("process_fields: every number of the structs has one") {
  // A member more, and these sizes no longer are what the fields add up to.
  constexpr auto each = sizeof(std::optional<memscape::bytes>);
  constexpr auto errors = (sizeof(read_errors) + 7) / 8 * 8;
  static_assert(sizeof(process_memory) == each * std::size(process_fields) + errors);
  static_assert(sizeof(extended_memory) == sizeof(process_memory) +
                                               each * std::size(extended_fields) +
                                               sizeof(memory_limits) + errors);
  CHECK(std::size(process_fields) + std::size(extended_fields) > 20);
}

// Viewers of protocol 1 require these, `null` where absent, and find others behind them.
TEST_CASE("process_fields: what every snapshot has comes first, in the order of the wire") {
  constexpr std::string_view keys[] = {
      "rss", "vms", "shared", "data", "peak_rss", "page_faults_minor", "page_faults_major"};
  for (std::size_t i = 0; i < std::size(process_fields); ++i) {
    CHECK(process_fields[i].always == (i < std::size(keys)));
    if (i < std::size(keys)) CHECK(process_fields[i].key == keys[i]);
  }
  for (auto const& field : extended_fields) CHECK_FALSE(field.always);
}

}  // namespace
