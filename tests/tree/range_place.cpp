// SPDX-License-Identifier: MIT
#include <memscape/tree/range_place.hpp>

#include <algorithm>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/tree/group.hpp>
#include <memscape/tree/leaf.hpp>
#include <utility>
#include <vector>

namespace {

using memscape::address_range;
using memscape::group;
using memscape::leaf;
using memscape::range_place;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

char memory[1'000'000];

/// Asked in pieces, as it should be.
struct in_pieces : nothing {
  std::size_t size;
  explicit in_pieces(std::size_t ranges) : size{ranges} {}
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    while (from < size && visit(address_range{memory + from, 1})) ++from;
    return from;
  }
};
/// Does not look at the answer.
struct ignores_the_answer : nothing {
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    for (; from < 20; ++from) (void)visit(address_range{memory + from, 1});
    return from;
  }
};
/// Stops, and says that it is at its beginning still.
struct does_not_move_on : nothing {
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    for (; from < 20; ++from) {
      if (!visit(address_range{memory + from, 1})) break;
    }
    return 0;
  }
};
/// Numbers that are far apart, as places of a sparse table.
struct sparse : nothing {
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    for (; from < 20'000; ++from) {
      if (from % 1000 == 999 && !visit(address_range{memory + from / 1000, 1})) break;
    }
    return from;
  }
};
struct whole : nothing {
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (std::size_t i = 0; i < 20; ++i) visit(address_range{memory + i, 1});
  }
};

struct taker {
  std::vector<std::pair<std::size_t, std::size_t>> seen;
  std::size_t left = 0;
  [[nodiscard]] auto goes_on() noexcept -> bool { return left != 0 && left-- != 0; }
  void take(std::size_t source, address_range range) {
    if (range.begin == nullptr) return;
    seen.emplace_back(source,
                      static_cast<std::size_t>(static_cast<char const*>(range.begin) - memory));
  }
};

/// All ranges of a tree, by pieces of a size.
template <class Node>
auto asked(Node const& node, std::size_t size, std::size_t* pieces = nullptr) {
  taker into;
  range_place at;
  for (std::size_t n = 1;; ++n) {
    REQUIRE(n < 1000);
    if (pieces != nullptr) *pieces = n;
    into.left = size;
    auto const before = into.seen.size();
    if (node.ranges_from(0, into, at)) return into.seen;
    CHECK(into.seen.size() - before <= size);
  }
}

template <class Node>
auto all_of(Node const& node) {
  taker into;
  node.ranges_into(
      0, [&](std::size_t index, address_range range) noexcept { into.take(index, range); });
  return into.seen;
}

TEST_CASE("range_place: pieces of any size are what a whole pass tells, once and in order") {
  auto const tree = group<"g">(leaf<"a">(in_pieces{30}), leaf<"none">(nothing{}),
                               group<"h">(leaf<"b">(sparse{}), leaf<"no_range">(in_pieces{0})),
                               leaf<"c">(in_pieces{1}));
  auto const all = all_of(tree);
  REQUIRE(all.size() == 51);
  for (std::size_t const size : {2U, 3U, 7U, 1000U}) {
    CAPTURE(size);
    std::size_t pieces = 0;
    CHECK(asked(tree, size, &pieces) == all);
    CHECK(pieces >= 51 / size + (size < 1000 ? 1 : 0));
  }
}

TEST_CASE(
    "range_place: a short list that cannot be asked in pieces is taken whole, and the next in "
    "another") {
  auto const tree = group<"g">(leaf<"a">(whole{}), leaf<"b">(whole{}));
  taker into;
  range_place at;
  into.left = 1;
  CHECK_FALSE(tree.ranges_from(0, into, at));
  CHECK(into.seen.size() == 20);
  CHECK(at.node == 2);
  into.left = 1;
  CHECK(tree.ranges_from(0, into, at));
  CHECK(into.seen == all_of(tree));
}

// A list of any length that is visited whole.
struct long_whole : nothing {
  std::size_t size;
  explicit long_whole(std::size_t of) noexcept : size{of} {}
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (std::size_t i = 0; i < size; ++i) visit(address_range{memory + i, 1});
  }
};

TEST_CASE(
    "range_place: a long list that is visited whole is taken in pieces, each range once and in "
    "order") {
  for (std::size_t const size : {32'767U, 32'768U, 32'769U, 65'536U, 1'000'000U}) {
    CAPTURE(size);
    auto const tree = group<"g">(leaf<"a">(long_whole{size}), leaf<"b">(whole{}));
    taker into;
    range_place at;
    std::size_t calls = 1;
    std::size_t longest = 0;
    for (bool ended = false; !ended; ++calls) {
      into.left = 1000;
      auto const before = into.seen.size();
      ended = tree.ranges_from(0, into, at);
      longest = std::max(longest, into.seen.size() - before);
    }
    CHECK(into.seen == all_of(tree));
    // Never more than an eighth of it at once, and seldom enough that a long list is not visited for ever.
    CHECK(longest <= std::max<std::size_t>(32'768 + 20, size / 8));
    CHECK(calls < 40);
  }
}

TEST_CASE(
    "range_place: a source that does not stop, or does not move on, tells each range once all the "
    "same") {
  for (std::size_t const size : {2U, 3U, 19U, 1000U}) {
    CAPTURE(size);
    auto const expected = all_of(leaf<"a">(in_pieces{20}));
    taker into;
    for (bool const stops : {false, true}) {
      into = {};
      range_place at;
      bool ended = false;
      for (int pieces = 0; !ended; ++pieces) {
        REQUIRE(pieces < 100);
        into.left = size;
        ended = stops ? leaf<"a">(does_not_move_on{}).ranges_from(0, into, at)
                      : leaf<"a">(ignores_the_answer{}).ranges_from(0, into, at);
      }
      CHECK(into.seen == expected);
    }
  }
}

}  // namespace
