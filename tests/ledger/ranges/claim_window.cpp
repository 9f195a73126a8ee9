// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/ranges/claim_window.hpp>
#include <random>
#include <vector>

namespace {

using memscape::address_range;

struct owned {
  std::uint32_t source;
  std::uint64_t begin;
  std::uint64_t size;
};

// Twelve claims a window, so that windows are many.
using window = memscape::claim_window<12>;

void gather(window& into, std::uint64_t from, std::vector<owned> const& all) {
  into.gather(from, 16, [&](auto&& add) {
    for (auto const& one : all) {
      add(one.source, address_range{reinterpret_cast<void const*>(one.begin), one.size});
    }
  });
}

TEST_CASE("claim_window: the first source in the tree owns what several claim") {
  window claim_window;
  gather(claim_window, 0, {{5, 100, 100}, {2, 150, 100}, {7, 0, 50}, {3, 1000, 0}});
  std::size_t first = 0;
  auto piece = claim_window.owner_at(50, first);
  CHECK(piece.owner == window::nobody);
  CHECK(piece.until == 100);
  piece = claim_window.owner_at(100, first);
  CHECK(piece.owner == 5);
  CHECK(piece.claim_window == 1);
  CHECK(piece.until == 150);
  piece = claim_window.owner_at(150, first);
  CHECK(piece.owner == 2);
  CHECK(piece.claim_window == 2);
  CHECK(piece.until == 200);
  piece = claim_window.owner_at(200, first);
  CHECK(piece.owner == 2);
  CHECK(piece.until == 250);
  CHECK(claim_window.owner_at(250, first).owner == window::nobody);
  CHECK(claim_window.limit() == UINT64_MAX);
}

TEST_CASE(
    "claim_window: neighbours of one source are one claim, in whatever direction they are listed") {
  window claim_window;
  std::vector<owned> up;
  std::vector<owned> down;
  for (std::uint64_t i = 1; i <= 100; ++i) up.push_back({1, i * 64, 64});
  for (std::uint64_t i = 100; i >= 1; --i) down.push_back({1, i * 64, 64});
  gather(claim_window, 0, up);
  CHECK(claim_window.size() == 1);
  gather(claim_window, 0, down);
  CHECK(claim_window.size() == 1);
  CHECK(claim_window[0].begin == 64);
  CHECK(claim_window[0].end == 6464);
}

TEST_CASE("claim_window: null, empty and endless ranges") {
  window claim_window;
  gather(claim_window, 0, {{1, 0, 100}, {2, 64, 0}, {3, UINT64_MAX - 10, 1000}});
  REQUIRE(claim_window.size() == 1);
  CHECK(claim_window[0].end == UINT64_MAX);
}

TEST_CASE("claim_window: more over one page than fit are given up, and the windows go on") {
  std::vector<owned> all;
  for (std::uint32_t i = 0; i < 40; ++i) all.push_back({i, 1000, 8});
  all.push_back({50, 5000, 8});
  window claim_window;
  std::uint64_t from = 0;
  bool crowded = false;
  bool saw_the_last = false;
  for (int windows = 0; windows < 100 && from != UINT64_MAX; ++windows) {
    gather(claim_window, from, all);
    crowded = crowded || claim_window.crowded();
    for (std::size_t i = 0; i < claim_window.size(); ++i) {
      saw_the_last = saw_the_last || claim_window[i].source == 50;
    }
    REQUIRE(claim_window.limit() > from);
    from = claim_window.limit();
  }
  CHECK(from == UINT64_MAX);
  CHECK(crowded);
  CHECK(saw_the_last);
}

// Byte by byte, as nobody would do it.
auto owner_of(std::vector<owned> const& all, std::uint64_t at) -> std::uint32_t {
  auto owner = window::nobody;
  for (auto const& one : all) {
    if (at >= one.begin && at < one.begin + one.size) owner = std::min(owner, one.source);
  }
  return owner;
}

TEST_CASE("claim_window: windows say of every byte what all claim_window together say") {
  for (unsigned seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    std::mt19937 random{seed};
    auto const below = [&](std::uint64_t n) {
      return std::uniform_int_distribution<std::uint64_t>{0, n - 1}(random);
    };
    std::vector<owned> all;
    // Ranges are short, so that twelve of them do not lie over one page.
    for (auto n = below(60); n > 0; --n) {
      all.push_back({static_cast<std::uint32_t>(below(5)), 16 + below(4000), 1 + below(20)});
    }
    window claim_window;
    std::vector<std::uint32_t> owners(4200, window::nobody);
    bool crowded = false;
    for (std::uint64_t from = 0; from < owners.size();) {
      gather(claim_window, from, all);
      crowded = crowded || claim_window.crowded();
      std::size_t first = 0;
      auto const limit = std::min<std::uint64_t>(claim_window.limit(), owners.size());
      for (auto at = from; at < limit;) {
        auto const piece = claim_window.owner_at(at, first);
        REQUIRE(piece.until > at);
        for (auto const end = std::min(piece.until, limit); at < end; ++at)
          owners[at] = piece.owner;
      }
      from = limit;
    }
    if (crowded) continue;
    bool same = true;
    for (std::uint64_t at = 0; at < owners.size(); ++at)
      same = same && owners[at] == owner_of(all, at);
    CHECK(same);
  }
}

}  // namespace
