// SPDX-License-Identifier: MIT
#include <memscape/core/units.hpp>

#include <doctest/doctest.h>
#include <type_traits>

namespace {

using memscape::basis_points;
using memscape::microseconds;
using memscape::milliseconds;

TEST_CASE("units: spans and shares do not mix") {
  static_assert(!std::is_same_v<milliseconds, microseconds>);
  static_assert(!std::is_convertible_v<milliseconds, microseconds>);
  static_assert(!std::is_convertible_v<basis_points, milliseconds>);
  CHECK(milliseconds{2} + milliseconds{3} == milliseconds{5});
}

}  // namespace
