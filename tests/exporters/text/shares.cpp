// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/shares.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/tree/layout.hpp>
#include <vector>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::layout_node;
using memscape::text_share;
using memscape::text_shares;
using memscape::usage;
using test_support::random_layout;
using test_support::random_numbers;

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();

struct dealt {
  std::array<unsigned, 4> tenths{};
  unsigned untracked = 0;
  [[nodiscard]] friend constexpr auto operator==(dealt const&, dealt const&) -> bool = default;
};

// Of a tree of a group with two leaves, and a leaf.
constexpr auto deal(std::array<std::uint64_t, 4> const& used, std::uint64_t untracked) -> dealt {
  using layout = test_support::group_first;
  std::array<usage, 4> of{};
  for (std::size_t i = 0; i < 4; ++i) of[i].used = bytes{used[i]};
  std::array<text_share, 4> shares;
  dealt result;
  auto const amount = [&of](std::size_t i) { return of[i].used; };
  result.untracked =
      text_shares::deal(layout::nodes, layout::size, amount, bytes{untracked}, shares.data());
  for (std::size_t i = 0; i < 4; ++i) result.tenths[i] = shares[i].tenths;
  return result;
}

constexpr auto known_ones() -> bool {
  return
      // thirds, of which the earliest gets what is left over, among children too
      deal({1, 1, 0, 1}, 1) == dealt{{334, 334, 0, 333}, 333} &&
      deal({3, 1, 2, 0}, 0) == dealt{{1000, 333, 667, 0}, 0} &&
      // nothing to divide by
      deal({0, 0, 0, 0}, 0) == dealt{{0, 0, 0, 0}, 0} &&
      deal({0, 0, 0, 0}, 5) == dealt{{0, 0, 0, 0}, 1000} &&
      // what a group has beyond its children is nobody's
      deal({100, 25, 25, 0}, 0) == dealt{{1000, 250, 250, 0}, 0} &&
      // the largest of all
      deal({u64_max, u64_max, u64_max, u64_max}, u64_max) == dealt{{334, 167, 167, 333}, 333} &&
      deal({1, 1, 0, u64_max}, 0) == dealt{{0, 0, 0, 1000}, 0};
}
static_assert(known_ones());
TEST_CASE("text_shares: some that are known") { CHECK(known_ones()); }

template <std::uint64_t Seed>
void sums_are_exact() {
  using layout = random_layout<Seed>;
  random_numbers random{Seed};
  for (int round = 0; round < 1'000; ++round) {
    std::array<usage, layout::size> of{};
    auto const bits = random.below(64);
    for (std::size_t i = layout::size; i-- > 0;) {
      auto& used = of[i].used;
      if (!layout::nodes[i].is_group) {
        used = bytes{random.below(5) == 0 ? 0 : random.next() >> bits >> 6U};
        continue;
      }
      for (auto child = i + 1; child < layout::nodes[i].end; child = layout::nodes[child].end) {
        used += of[child].used;
      }
    }
    bytes const untracked{random.below(3) == 0 ? 0 : random.next() >> bits >> 6U};
    std::array<text_share, layout::size> shares;
    auto const amount = [&of](std::size_t i) { return of[i].used; };
    auto sum = text_shares::deal(layout::nodes, layout::size, amount, untracked, shares.data());
    bytes total = untracked;
    for (std::size_t i = 0; i < layout::size; i = layout::nodes[i].end) {
      sum += shares[i].tenths;
      total += of[i].used;
    }
    if (total.value() == 0) continue;
    REQUIRE(sum == text_shares::whole);
    for (std::size_t i = 0; i < layout::size; i = layout::nodes[i].end) {
      auto const exact = static_cast<double>(of[i].used.value()) /
                         static_cast<double>(total.value()) * text_shares::whole;
      REQUIRE(std::abs(shares[i].tenths - exact) < 1.001);
    }
    for (std::size_t i = 0; i < layout::size; ++i) {
      unsigned children = 0;
      for (auto child = i + 1; child < layout::nodes[i].end; child = layout::nodes[child].end) {
        children += shares[child].tenths;
      }
      // A group without a byte has no share to hand on.
      REQUIRE(children == (layout::nodes[i].is_group ? shares[i].tenths : 0));
    }
  }
}
TEST_CASE("text_shares: of any tree they sum to 100.0, and children to their group") {
  sums_are_exact<1>();
  sums_are_exact<2>();
  sums_are_exact<3>();
  sums_are_exact<4>();
}

}  // namespace
