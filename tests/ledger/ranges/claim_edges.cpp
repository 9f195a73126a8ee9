// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/claim_edges.hpp>

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <map>
#include <random>
#include <vector>

namespace {

using memscape::claim;
using edges = memscape::claim_edges<6>;

void sort_all(edges& into, std::vector<claim> const& all) {
  REQUIRE(into.take(all.size(), UINT64_MAX) == 0);
  int why = 0;
  while (!into.populate(why)) {
  }
  for (auto const& one : all) into.add(one);
  REQUIRE(into.fits());
  into.sort();
  while (!into.sort_step()) {
  }
}

TEST_CASE("claim_edges: say of every byte who claim_window it, how often, and whose it is") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    auto const below = [&](std::uint64_t n) {
      return std::uniform_int_distribution<std::uint64_t>{0, n - 1}(random);
    };
    std::vector<claim> all;
    for (auto n = below(80); n > 0; --n) {
      auto const begin = 16 + below(1000);
      // Short and long ones, side by side and over one another.
      auto const size = below(4) == 0 ? 1 + below(300) : 1 + below(8);
      all.push_back({begin, begin + size, static_cast<std::uint32_t>(below(6))});
      if (below(3) == 0) all.push_back({begin + size, begin + size + 3, all.back().source});
    }
    if (seed % 3 == 0) std::sort(all.begin(), all.end());
    edges known;
    sort_all(known, all);
    edges::cursor here;
    bool same = true;
    for (std::uint64_t at = 0; at < 1400;) {
      auto const piece = known.piece_at(at, here);
      REQUIRE(piece.until > at);
      std::map<std::uint32_t, std::uint32_t> told;
      edges::each(here, [&](std::uint32_t source, std::uint32_t times) { told[source] = times; });
      for (auto const end = std::min<std::uint64_t>(piece.until, 1400); at < end; ++at) {
        std::map<std::uint32_t, std::uint32_t> expected;
        std::uint64_t claim_window = 0;
        for (auto const& one : all) {
          if (at < one.begin || at >= one.end) continue;
          ++expected[one.source];
          ++claim_window;
        }
        same = same && told == expected && piece.claim_window == claim_window &&
               piece.owner == (expected.empty() ? edges::nobody : expected.begin()->first);
      }
    }
    CHECK(same);
  }
}

TEST_CASE("claim_edges: neighbours of one source, listed in any order, are one range") {
  std::vector<claim> all;
  for (std::uint64_t i = 1; i <= 5000; ++i) all.push_back({i * 64, i * 64 + 64, 3});
  std::shuffle(all.begin(), all.end(), std::mt19937{5});
  edges known;
  sort_all(known, all);
  CHECK(known.size() == 1);
  edges::cursor here;
  CHECK(known.piece_at(64, here).until == 5001 * 64);
  CHECK(known.reach(here) == UINT64_MAX);
}

TEST_CASE("claim_edges: few ranges lie up to where it reaches") {
  std::vector<claim> all;
  for (std::uint64_t i = 1; i <= 5000; ++i) all.push_back({i * 64, i * 64 + 32, 3});
  edges known;
  sort_all(known, all);
  edges::cursor here;
  (void)known.piece_at(64, here);
  CHECK(known.reach(here) > 64 * 200);
  CHECK(known.reach(here) < 64 * 300);
}

TEST_CASE("claim_edges: what does not fit is refused") {
  edges known;
  CHECK(known.take(1'000'000, 1U << 20U) == -1);
  REQUIRE(known.take(0, UINT64_MAX) == 0);
  int why = 0;
  while (!known.populate(why)) {
  }
  known.add({1, std::uint64_t{1} << 48U, 0});
  CHECK_FALSE(known.fits());
  REQUIRE(known.take(0, UINT64_MAX) == 0);
  while (!known.populate(why)) {
  }
  // Some may come between counting and filling, but not any number.
  for (std::uint64_t i = 0; i < 1000; ++i) known.add({i * 4 + 1, i * 4 + 3, 0});
  CHECK(known.fits());
  for (std::uint64_t i = 0; i < 40'000; ++i) known.add({i * 4 + 1, i * 4 + 3, 0});
  CHECK_FALSE(known.fits());
}

}  // namespace
