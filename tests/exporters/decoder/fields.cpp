// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/common/fields.hpp>
#include <memscape/exporters/decoder/fields.hpp>

using memscape::decoded_process_fields;
using memscape::decoded_usage_fields;
using memscape::index_of;
using memscape::process_memory;
using memscape::usage;
using memscape::wire_number;

namespace {

// What is set under a name is what the exporters read under it, and no other field moves.
constexpr auto fields_are_written_as_they_are_read() -> bool {
  process_memory process;
  for (std::size_t i = 0; i < std::size(decoded_process_fields); ++i) {
    if (!decoded_process_fields[i].set(process, wire_number{100 + i})) return false;
  }
  for (std::size_t i = 0; i < std::size(decoded_process_fields); ++i) {
    constexpr auto owed = std::size(memscape::process_fields);
    auto const& field =
        i < owed ? memscape::process_fields[i] : memscape::platform_fields[i - owed];
    if (field.get(process) != wire_number{100 + i}) return false;
    if (!decoded_process_fields[i].set(process, {}) || field.get(process)) return false;
  }
  usage pool;
  for (std::size_t i = 0; i < std::size(decoded_usage_fields); ++i) {
    if (!decoded_usage_fields[i].set(pool, wire_number{200 + i})) return false;
  }
  for (std::size_t i = 0; i < std::size(decoded_usage_fields); ++i) {
    if (memscape::usage_fields[i].get(pool) != wire_number{200 + i}) return false;
  }
  return true;
}
static_assert(fields_are_written_as_they_are_read());

constexpr auto used_is_owed() -> bool {
  usage pool{.used = memscape::bytes{5}};
  return !decoded_usage_fields[0].set(pool, {}) && pool.used.value() == 5;
}
static_assert(used_is_owed());

}  // namespace

TEST_CASE("a field is written under the name it is read by") {
  CHECK(fields_are_written_as_they_are_read());
  CHECK(used_is_owed());
}

TEST_CASE("fields are found by name") {
  CHECK(index_of(decoded_process_fields, "rss") == 0);
  CHECK(index_of(decoded_process_fields, "commit") == std::size(decoded_process_fields) - 1);
  CHECK(index_of(decoded_process_fields, "") == std::size(decoded_process_fields));
  CHECK(index_of(decoded_usage_fields, "slot") == std::size(decoded_usage_fields));
}
