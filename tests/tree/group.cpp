// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/tree/group.hpp>
#include <memscape/tree/leaf.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::group;
using memscape::known_sum;
using memscape::leaf;
using memscape::usage;

struct constant {
  usage value;
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return value; }
};
template <int>
struct nothing {
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return {}; }
};

constexpr usage small{.used = bytes{1},
                      .committed = bytes{10},
                      .peak = bytes{100},
                      .objects = count{1000},
                      .slot_count = count{10000}};
constexpr usage large{.used = bytes{2},
                      .committed = bytes{20},
                      .peak = bytes{200},
                      .objects = count{2000},
                      .slot_count = count{20000}};

TEST_CASE("group: is the sum of its children, which stand behind it in order") {
  constexpr auto test = [] {
    std::array<usage, 4> into{};
    into[3].used = bytes{99};
    group<"heap", "Heap">(leaf<"a">(constant{small}), leaf<"b">(constant{large}))
        .sample_into(into.data());
    return into[0] == usage{.used = bytes{3},
                            .committed = bytes{30},
                            .objects = count{3000},
                            .slot_count = count{30000}} &&
           into[1] == small && into[2] == large && into[3].used == bytes{99};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("group: has no peak, because its children peak at different times") {
  constexpr auto test = [] {
    std::array<usage, 2> into{};
    into[0].peak = bytes{5};
    group<"heap">(leaf<"a">(constant{small})).sample_into(into.data());
    return !into[0].peak && into[1].peak == bytes{100};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("group: the sum of what is partly unknown is unknown, field by field") {
  constexpr auto test = [] {
    constexpr auto sum_of = [](usage a, usage b) {
      std::array<usage, 3> into{};
      group<"heap">(leaf<"a">(constant{a}), leaf<"b">(constant{b})).sample_into(into.data());
      return into[0];
    };
    usage const bare{.used = bytes{5}};
    usage const half{.used = bytes{5}, .objects = count{3}};
    return sum_of(small, bare) == usage{.used = bytes{6}}     // the last one lacks them
           && sum_of(bare, small) == usage{.used = bytes{6}}  // the first one does
           && sum_of(small, half) == usage{.used = bytes{6}, .objects = count{1003}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("group: sums stop at the end of the range") {
  constexpr auto test = [] {
    constant const all{{.used = bytes::max(), .committed = bytes::max(), .objects = count::max()}};
    constant const more{{.used = bytes{1}, .committed = bytes{2}, .objects = count{3}}};
    std::array<usage, 3> into{};
    group<"heap">(leaf<"a">(all), leaf<"b">(more)).sample_into(into.data());
    return into[0] ==
           usage{.used = bytes::max(), .committed = bytes::max(), .objects = count::max()};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("group: nests eight deep, in pre-order") {
  constexpr auto test = [] {
    auto const one = leaf<"z">(constant{{.used = bytes{1}}});
    auto const tree = group<"a">(
        group<"b">(leaf<"y">(constant{{.used = bytes{10}}}),
                   group<"c">(group<"d">(group<"e">(group<"f">(group<"g">(group<"h">(one))))),
                              leaf<"x">(constant{{.used = bytes{100}}}))));
    using tree_type = std::remove_const_t<decltype(tree)>;
    std::array<usage, tree_type::shape::size> into{};
    tree.sample_into(into.data());
    std::array const expected{111, 111, 10, 101, 1, 1, 1, 1, 1, 1, 100};
    if (into.size() != expected.size()) return false;
    for (std::size_t i = 0; i < into.size(); ++i) {
      if (into[i].used != bytes{static_cast<std::uint64_t>(expected[i])}) return false;
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("group: adds what is known") {
  constexpr auto test = [] {
    known_sum<memscape::byte_unit> sum;
    sum.add(bytes{1});
    sum.add(bytes{2});
    bool const added = sum.value() == bytes{3};
    sum.add(std::nullopt);
    bool const unknown = !sum.value();
    sum.add(bytes{2});
    return added && unknown && !sum.value();
  };
  static_assert(test());
  CHECK(test());
}

static_assert(std::is_same_v<decltype(group<"g">(leaf<"a">(nothing<0>{})))::shape,
                             memscape::group_shape<"g", "g", memscape::leaf_shape<"a", "a">>>,
              "without a label the key serves");
static_assert(memscape::node<decltype(group<"g">(leaf<"a">(nothing<0>{})))>);
static_assert(std::is_empty_v<decltype(group<"g">(leaf<"a">(nothing<0>{}),
                                                  group<"h">(leaf<"b">(nothing<1>{}))))>,
              "empty classes take no room");
static_assert(sizeof(group<"g">(leaf<"a">(nothing<0>{}), leaf<"b">(constant{}))) ==
              sizeof(constant));

// Names are of the layout, and not of what is sampled.
static_assert(std::is_same_v<decltype(group<"g">(leaf<"a">(constant{})))::nameless,
                             decltype(group<"h", "H">(leaf<"b", "B">(constant{})))::nameless>);

template <std::size_t Size>
struct owner : nothing<0> {
  template <class Visit>
  constexpr void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{"", Size});
  }
};

TEST_CASE("group: ranges come with the index of their leaf, in pre-order") {
  auto const node = group<"g">(leaf<"a">(owner<7>{}), leaf<"none">(nothing<1>{}),
                               group<"h">(leaf<"b">(owner<8>{})), leaf<"c">(owner<9>{}));
  std::size_t sizes[8]{};
  node.ranges_into(1, [&](std::size_t index, memscape::address_range range) noexcept {
    sizes[index] += range.size;
  });
  CHECK(sizes[2] == 7);
  CHECK(sizes[5] == 8);
  CHECK(sizes[6] == 9);
  CHECK(sizes[0] + sizes[1] + sizes[3] + sizes[4] + sizes[7] == 0);
}

}  // namespace
