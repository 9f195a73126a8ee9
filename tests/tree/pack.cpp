// SPDX-License-Identifier: MIT
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

}  // namespace
