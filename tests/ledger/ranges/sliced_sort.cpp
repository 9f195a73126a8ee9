// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/sliced_sort.hpp>

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <random>
#include <vector>

namespace {

auto sorted(std::vector<std::uint64_t> values, std::size_t step) -> std::vector<std::uint64_t> {
  std::vector<std::uint64_t> spare(values.size());
  std::uint64_t differing = 0;
  for (auto const one : values) differing |= one ^ values.front();
  memscape::sliced_sort sort;
  sort.begin(values.data(), spare.data(), values.size(), differing);
  std::size_t steps = 0;
  for (; !sort.step(step); ++steps) REQUIRE(steps <= 16 * (values.size() + 1));
  return sort.sorted() == spare.data() ? spare : values;
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

TEST_CASE("sliced_sort: numbers that differ in any bits, near and far from one another") {
  std::mt19937_64 random{2};
  for (int tries = 0; tries < 200; ++tries) {
    CAPTURE(tries);
    // Few bits of them, anywhere.
    auto const differing = random() & random() & (tries % 2 == 0 ? random() : UINT64_MAX);
    auto const same = random();
    std::vector<std::uint64_t> values(200);
    for (auto& one : values) one = (same & ~differing) | (random() & differing);
    auto expected = values;
    std::sort(expected.begin(), expected.end());
    CHECK(sorted(values, 64) == expected);
  }
}

}  // namespace
