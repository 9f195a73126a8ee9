// SPDX-License-Identifier: MIT
#include <memscape/ledger/sliced_sort.hpp>

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <random>
#include <vector>

namespace {

auto sorted(std::vector<std::uint64_t> values, std::size_t step) -> std::vector<std::uint64_t> {
  memscape::sliced_sort sort;
  sort.begin(values.data(), values.size());
  std::size_t steps = 0;
  for (; !sort.step(step); ++steps) REQUIRE(steps <= 2 * values.size());
  return values;
}

TEST_CASE("sliced_sort: as std::sort does it, in steps of any size") {
  std::mt19937_64 random{1};
  for (std::size_t size = 0; size < 300; size += size < 20 ? 1 : 37) {
    CAPTURE(size);
    std::vector<std::uint64_t> values(size);
    // Few values, so that many are equal.
    for (auto& one : values) one = random() % (size % 2 == 0 ? 10 : UINT64_MAX);
    auto expected = values;
    std::sort(expected.begin(), expected.end());
    for (std::size_t const step : {1U, 3U, 1000U}) CHECK(sorted(values, step) == expected);
    std::reverse(expected.begin(), expected.end());
    auto const backwards = expected;
    std::reverse(expected.begin(), expected.end());
    CHECK(sorted(backwards, 7) == expected);
    CHECK(sorted(expected, 7) == expected);
  }
}

}  // namespace
