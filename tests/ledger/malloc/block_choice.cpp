// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/malloc/block_choice.hpp>
#include <random>
#include <vector>

namespace {

using memscape::block_choice;
using sizes = std::vector<std::uint64_t>;

void collect(block_choice& into, sizes const& marks) {
  into.forget();
  into.restart();
  for (auto const size : marks) CHECK(into.takes(size));
}

// What it takes of them, in a walk by the choice.
auto taken(block_choice& by, sizes const& marks) -> sizes {
  by.restart();
  sizes those;
  for (auto const size : marks) {
    if (by.takes(size)) those.push_back(size);
  }
  return those;
}

auto sum(sizes const& of) -> std::uint64_t {
  std::uint64_t all = 0;
  for (auto const size : of) all += size;
  return all;
}

TEST_CASE("block_choice: as many as there are, and as large in sum") {
  block_choice choice;
  sizes const marks{1028, 8196};
  collect(choice, marks);
  REQUIRE(choice.make(1, 8196));
  CHECK(choice.is_of(1, 8196));
  CHECK_FALSE(choice.is_of(1, 8197));
  CHECK_FALSE(choice.is_of(2, 8196));
  CHECK(taken(choice, marks) == sizes{8196});
  CHECK(taken(choice, marks) == sizes{8196});
  choice.forget();
  CHECK_FALSE(choice.is_of(1, 8196));
  // The largest are not always those.
  collect(choice, {9, 5, 7, 4});
  REQUIRE(choice.make(2, 12));
  CHECK(taken(choice, {9, 5, 7, 4}) == sizes{5, 7});
  collect(choice, {5, 5, 5});
  REQUIRE(choice.make(2, 10));
  CHECK(taken(choice, {5, 5, 5}) == sizes{5, 5});
}

TEST_CASE("block_choice: where none fit there is no choice") {
  block_choice choice;
  collect(choice, {9, 5, 7, 4});
  CHECK_FALSE(choice.make(2, 10));
  CHECK_FALSE(choice.make(3, 12));
  CHECK_FALSE(choice.make(5, 25));
  CHECK_FALSE(choice.make(4, 26));
  CHECK_FALSE(choice.make(4, 24));
  CHECK_FALSE(choice.is_made());
  collect(choice, {});
  CHECK_FALSE(choice.make(1, 1));
}

TEST_CASE("block_choice: where none fit, the largest, and never more") {
  block_choice choice;
  collect(choice, {4, 9, 5, 7, 5, 4});
  REQUIRE_FALSE(choice.make(2, 15));
  choice.make_largest(2, 15);
  CHECK_FALSE(choice.is_of(2, 15));
  CHECK(taken(choice, {4, 9, 5, 7, 5, 4}) == sizes{9, 5});
  collect(choice, {9, 8});
  choice.make_largest(2, 7);
  CHECK(taken(choice, {9, 8}).empty());
}

TEST_CASE("block_choice: a few that are not among many, of whatever sizes those are") {
  block_choice choice;
  sizes marks{5000};
  for (std::uint64_t i = 1; i <= 1000; ++i) marks.push_back(i);
  marks.push_back(4000);
  collect(choice, marks);
  REQUIRE(choice.make(1000, 1000 * 1001 / 2));
  CHECK(taken(choice, marks) == sizes(marks.begin() + 1, marks.end() - 1));
  // And a few among many that are not.
  collect(choice, marks);
  REQUIRE(choice.make(2, 9000));
  CHECK(taken(choice, marks) == sizes{5000, 4000});
}

TEST_CASE("block_choice: what is there is found among imitations of any size") {
  std::mt19937 random{1};
  auto const below = [&random](std::size_t n) { return random() % n; };
  block_choice choice;
  int found = 0;
  for (int round = 0; round < 500; ++round) {
    sizes marks;
    sizes real;
    auto const all = 1 + below(60);
    for (std::size_t i = 0; i < all; ++i) {
      marks.push_back(32 + below(round % 2 == 0 ? 16 : 4000));
      if (below(8) == 0) real.push_back(marks.back());
    }
    collect(choice, marks);
    // Where the steps do not suffice there is none.
    if (!choice.make(real.size(), sum(real))) continue;
    ++found;
    auto const those = taken(choice, marks);
    CHECK(those.size() == real.size());
    CHECK(sum(those) == sum(real));
  }
  MESSAGE("found ", found, " of 500");
  CHECK(found >= 450);
}

}  // namespace
