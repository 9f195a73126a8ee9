// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/digits.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::digits;

// As std::to_chars writes it, and nothing touched behind the room that it is promised.
auto right(std::uint64_t value) -> bool {
  std::array<char, digits::room> expected{};
  auto const* const expected_end =
      std::to_chars(expected.data(), expected.data() + expected.size(), value).ptr;
  test_support::fenced<digits::room + 8> memory;
  auto const room = memory.first(digits::room);
  auto const* const end = digits::put(room.data(), value);
  return std::string_view{room.data(), end} == std::string_view{expected.data(), expected_end} &&
         memory.intact_behind(digits::room);
}

TEST_CASE("digits: all of a group of four") {
  for (std::uint64_t value = 0; value < 100'000; ++value) {
    if (!right(value)) FAIL(value);
  }
}

TEST_CASE("digits: where the number of digits changes") {
  for (std::uint64_t power = 1;; power *= 10) {
    CAPTURE(power);
    CHECK(right(power - 1));
    CHECK(right(power));
    CHECK(right(power + 1));
    CHECK(right(power - 1 + power / 10));
    if (power > std::numeric_limits<std::uint64_t>::max() / 10) break;
  }
  CHECK(right(std::numeric_limits<std::uint64_t>::max()));
}

TEST_CASE("digits: any number of any length") {
  std::uint64_t value = 88172645463325252U;
  for (int i = 0; i < 200'000; ++i) {
    value ^= value << 13U;
    value ^= value >> 7U;
    value ^= value << 17U;
    if (!right(value >> value % 64U)) FAIL(value);
  }
}

}  // namespace
