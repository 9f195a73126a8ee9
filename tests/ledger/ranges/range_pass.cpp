// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/range_pass.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <type_traits>
#include <vector>

#include "ledger/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::leaf;
using test_support::owner;
using test_support::owner_in_pieces;

/// Ranges of 16 bytes with as much between them.
auto ranges_at(std::uint64_t first, std::size_t size) -> std::vector<address_range> {
  std::vector<address_range> all;
  for (std::size_t i = 0; i < size; ++i) {
    all.push_back({reinterpret_cast<void const*>(first + i * 32), 16});
  }
  return all;
}

template <class Registry>
struct passed {
  memscape::ledger<typename Registry::layout> ledger{};
  std::vector<std::uint64_t> begins{};
  std::size_t pieces = 0;
  std::uint64_t print = 0;
  bool cut = false;
};

template <class Registry, class Between>
auto pass(Registry const& memory, Between&& between) -> passed<Registry> {
  passed<Registry> of;
  memscape::range_pass<Registry> one{memory};
  one.begin();
  bool ended = false;
  while (!ended) {
    ended = one.step(of.ledger, memscape::quality::exact,
                     [&](memscape::claim const& each) { of.begins.push_back(each.begin); });
    if (!ended) {
      one.pause();
      between();
    }
    ++of.pieces;
  }
  of.print = one.print();
  of.cut = one.was_cut();
  return of;
}

TEST_CASE("range_pass: pieces are few ranges, and all of them are what the sources have") {
  auto const mine = ranges_at(1U << 20U, 10'000);
  auto const others = ranges_at(1U << 30U, 5'000);
  memscape::registry const memory{memscape::native_reader{}, leaf<"mine">(owner_in_pieces{&mine}),
                                  leaf<"others">(owner{others})};
  auto const seen = pass(memory, [] {});
  CHECK(seen.pieces >= 10'000 / memscape::range_pass<decltype(memory)>::piece);
  std::vector<std::uint64_t> expected;
  for (auto const* const list : {&mine, &others}) {
    for (auto const& one : *list) expected.push_back(reinterpret_cast<std::uintptr_t>(one.begin));
  }
  CHECK(seen.begins == expected);
  CHECK(seen.ledger.at<"mine">().claimed == bytes{160'000});
  CHECK(seen.ledger.at<"others">().claimed == bytes{80'000});
  CHECK(seen.ledger.at<"mine">().worth == memscape::quality::exact);
  CHECK(seen.cut);
  CHECK(pass(memory, [] {}).print == seen.print);
}

TEST_CASE("range_pass: neighbours are one range over the border of two pieces") {
  std::vector<address_range> side_by_side;
  for (std::size_t i = 1; i <= 5000; ++i) {
    side_by_side.push_back({reinterpret_cast<void const*>(i * 64), 64});
  }
  memscape::registry const memory{memscape::native_reader{},
                                  leaf<"mine">(owner_in_pieces{&side_by_side})};
  auto const seen = pass(memory, [] {});
  CHECK(seen.pieces > 1);
  CHECK(seen.begins == std::vector<std::uint64_t>{64});
}

TEST_CASE(
    "range_pass: a source that changes between two pieces has another print, in any order the "
    "same") {
  auto mine = ranges_at(1U << 20U, 5'000);
  memscape::registry const memory{memscape::native_reader{}, leaf<"mine">(owner_in_pieces{&mine})};
  auto const before = pass(memory, [] {});
  int times = 0;
  auto const during = pass(memory, [&] {
    if (times++ == 0) mine.erase(mine.begin());
  });
  // The ranges moved up by one, and one of them was missed.
  CHECK(during.begins.size() == 4'999);
  CHECK(during.print != before.print);
  std::swap(mine.front(), mine.back());
  auto const after = pass(memory, [] {});
  std::swap(mine.front(), mine.back());
  CHECK(pass(memory, [] {}).print == after.print);
  CHECK(after.print != during.print);
}

TEST_CASE("range_pass: a range at the null address is claimed, and no range at all is not") {
  std::vector<address_range> const odd{{nullptr, 0}, {nullptr, 4096}, {nullptr, SIZE_MAX}};
  for (std::size_t take = 1; take <= odd.size(); ++take) {
    memscape::registry const memory{memscape::native_reader{},
                                    leaf<"mine">(owner{{odd.data() + take - 1, 1}})};
    auto const seen = pass(memory, [] {});
    CHECK(seen.begins.empty());
    CHECK(seen.ledger.at<"mine">().claimed == bytes{odd[take - 1].size});
    CHECK(seen.ledger.at<"mine">().worth == memscape::quality::exact);
  }
}

}  // namespace
