// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/core/address_range.hpp>
#include <type_traits>

namespace {

using memscape::address_range;

constexpr auto is_empty_by_default() -> bool {
  address_range const range;
  return range.begin == nullptr && range.size == 0 && range == address_range{};
}
static_assert(is_empty_by_default());
static_assert(std::is_trivially_copyable_v<address_range>);

TEST_CASE("address_range: equal when both parts are") {
  CHECK(is_empty_by_default());
  int const here[2]{};
  CHECK(address_range{here, 8} == address_range{here, 8});
  CHECK_FALSE(address_range{here, 8} == address_range{here, 4});
  CHECK_FALSE(address_range{here, 8} == address_range{here + 1, 8});
}

}  // namespace
