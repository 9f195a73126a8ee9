// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/fields.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <iterator>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::platform_fields;
using memscape::process_fields;
using memscape::process_memory;
using memscape::usage;
using memscape::usage_fields;

template <class Fields, std::size_t Size>
constexpr auto keys_are(Fields const& fields, std::array<std::string_view, Size> expected) -> bool {
  return std::equal(std::begin(fields), std::end(fields), expected.begin(), expected.end(),
                    [](auto const& field, std::string_view key) { return field.key == key; });
}

constexpr auto names_are_those_of_the_wire() -> bool {
  return keys_are(process_fields,
                  std::array<std::string_view, 7>{"rss", "vms", "shared", "data", "peak_rss",
                                                  "page_faults_minor", "page_faults_major"}) &&
         keys_are(platform_fields, std::array<std::string_view, 2>{"footprint", "commit"}) &&
         keys_are(usage_fields,
                  std::array<std::string_view, 5>{"used", "committed", "peak", "objects", "slots"});
}
static_assert(names_are_those_of_the_wire());
TEST_CASE("fields: names and order are those of the wire") { CHECK(names_are_those_of_the_wire()); }

constexpr auto each_reads_its_own_member() -> bool {
  process_memory const process{.rss = bytes{1},
                               .vms = bytes{2},
                               .shared = bytes{3},
                               .data = bytes{4},
                               .peak_rss = bytes{5},
                               .footprint = bytes{8},
                               .commit = bytes{9},
                               .page_faults_minor = count{6},
                               .page_faults_major = count{7}};
  usage const pool{.used = bytes{1},
                   .committed = bytes{2},
                   .peak = bytes{3},
                   .objects = count{4},
                   .slot_count = count{5}};
  std::uint64_t expected = 0;
  for (auto const& field : process_fields) {
    if (field.get(process) != ++expected) return false;
  }
  for (auto const& field : platform_fields) {
    if (field.get(process) != ++expected) return false;
  }
  expected = 0;
  for (auto const& field : usage_fields) {
    if (field.get(pool) != ++expected) return false;
  }
  return true;
}
static_assert(each_reads_its_own_member());
TEST_CASE("fields: each reads its own member") { CHECK(each_reads_its_own_member()); }

constexpr auto absent_is_absent_and_zero_is_zero() -> bool {
  auto const is_absent = [](auto const& of) {
    return [&of](auto const& field) { return !field.get(of); };
  };
  process_memory const nothing{};
  if (!std::all_of(std::begin(process_fields), std::end(process_fields), is_absent(nothing)) ||
      !std::all_of(std::begin(platform_fields), std::end(platform_fields), is_absent(nothing))) {
    return false;
  }
  usage const none{};
  return usage_fields[0].get(none) == 0U &&
         std::all_of(std::begin(usage_fields) + 1, std::end(usage_fields), is_absent(none)) &&
         process_fields[0].get(process_memory{.rss = bytes{0}}) == 0U;
}
static_assert(absent_is_absent_and_zero_is_zero());
TEST_CASE("fields: absent is absent, and zero is zero") {
  CHECK(absent_is_absent_and_zero_is_zero());
}

// A member that is added to these structs and to no list here would never reach a viewer: then this
// does not compile, because the number of names is another.
constexpr auto every_member_has_a_field() -> bool {
  auto const [rss, vms, shared, data, peak_rss, footprint, commit, minor, major, errors] =
      process_memory{};
  auto const [used, committed, peak, objects, slots] = usage{};
  (void)rss, (void)vms, (void)shared, (void)data, (void)peak_rss, (void)footprint, (void)commit;
  (void)minor, (void)major, (void)errors;
  (void)used, (void)committed, (void)peak, (void)objects, (void)slots;
  return std::size(process_fields) + std::size(platform_fields) == 9 &&
         std::size(usage_fields) == 5;
}
static_assert(every_member_has_a_field());
TEST_CASE("fields: every number of the structs has one") { CHECK(every_member_has_a_field()); }

}  // namespace
