// SPDX-License-Identifier: MIT
#include <memscape/core/field.hpp>

#include <doctest/doctest.h>
#include <optional>

namespace {

using memscape::bytes;
using memscape::field_unit;
using memscape::make_field;
using memscape::microseconds;
using memscape::wire_number;

struct tank {
  bytes held{};
  std::optional<microseconds> age_us{};
};

constexpr memscape::field<tank> tank_fields[] = {
    make_field<&tank::held, tank>({.key = "held", .always = true}),
    make_field<&tank::age_us, tank>({.key = "age_us"}),
};

constexpr auto absent_has_a_place_only_in_an_optional() -> bool {
  tank of{bytes{5}, microseconds{0}};
  bool const reads = tank_fields[0].get(of) == 5U && tank_fields[1].get(of) == 0U;
  bool const held = tank_fields[0].set(of, {});
  bool const age = tank_fields[1].set(of, {});
  return reads && !held && age && of.held == bytes{5} && !of.age_us &&
         tank_fields[1].get(of) == wire_number{};
}
static_assert(absent_has_a_place_only_in_an_optional());
TEST_CASE("field: absent has a place only in an optional, and zero is zero") {
  CHECK(absent_has_a_place_only_in_an_optional());
}

TEST_CASE("field: the unit is that of the member's type") {
  static_assert(tank_fields[0].unit == field_unit::memory);
  static_assert(tank_fields[1].unit == field_unit::time_us);
  CHECK(tank_fields[1].unit == field_unit::time_us);
}

TEST_CASE("field: is found by its key") {
  static_assert(index_of(tank_fields, "held") == 0 && index_of(tank_fields, "age_us") == 1);
  CHECK(index_of(tank_fields, "age") == 2);
  CHECK(index_of(tank_fields, "") == 2);
}

}  // namespace
