// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include <memscape/tree/pack.hpp>

namespace {

using memscape::pack;

struct empty {};
struct also_empty {};
struct move_only {
  explicit constexpr move_only(int number) noexcept : value{number} {}
  move_only(move_only&&) = default;
  int value;
};

TEST_CASE("pack: visits its elements in order, also where two are of one type") {
  constexpr auto test = [] {
    pack<int, char, int> const three{{1}, {'\2'}, {3}};
    auto seen = 0;
    three.for_each([&](auto const element) { seen = seen * 10 + element; });
    return seen == 123;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("pack: may be empty") {
  constexpr auto test = [] {
    auto visits = 0;
    pack<>{}.for_each([&](auto const&) { ++visits; });
    return visits == 0;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("pack: moves what can only be moved") {
  constexpr auto test = [] {
    pack<move_only, move_only> two{{move_only{4}}, {move_only{2}}};
    auto const moved = std::move(two);
    auto seen = 0;
    moved.for_each([&](move_only const& element) { seen = seen * 10 + element.value; });
    return seen == 42;
  };
  static_assert(test());
  CHECK(test());
}

static_assert(sizeof(pack<int, empty, also_empty>) == sizeof(int), "empty classes take no room");
static_assert(std::is_empty_v<pack<empty, also_empty>> && std::is_empty_v<pack<>>);
static_assert(std::is_trivially_copyable_v<pack<int, empty>>);

// A node of `Size` numbers, which are its own.
template <std::size_t Size>
struct counting_node {
  struct shape {
    static constexpr std::size_t size = Size;
  };
  std::uint64_t first;

  constexpr void sample_into(memscape::usage* into) const noexcept {
    for (std::size_t i = 0; i < Size; ++i) into[i].used = memscape::bytes{first + i};
  }
};

TEST_CASE("sample_each: each node has as much room as its shape says, in order") {
  constexpr auto test = [] {
    pack<counting_node<1>, counting_node<3>, counting_node<2>> const tree{{1}, {2}, {5}};
    std::array<memscape::usage, 7> nodes{};
    memscape::sample_each(tree, nodes.data());
    for (std::size_t i = 0; i < 6; ++i) {
      if (nodes[i].used != memscape::bytes{i + 1}) return false;
    }
    return nodes[6] == memscape::usage{};
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
