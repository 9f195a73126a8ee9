// SPDX-License-Identifier: MIT
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/sources/callable.hpp>
#include <memscape/tree/leaf.hpp>

namespace {

using memscape::bytes;
using memscape::callable_source;
using memscape::count;
using memscape::leaf;
using memscape::usage;

struct constant {
  usage value;
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return value; }
};
struct nothing {
  [[nodiscard]] constexpr auto sample() const noexcept -> usage { return {}; }
};

TEST_CASE("leaf: samples its source into one place, every field of it") {
  constexpr auto test = [] {
    usage const told{.used = bytes{1},
                     .committed = bytes{2},
                     .peak = bytes{3},
                     .objects = count{4},
                     .slot_count = count{5}};
    usage into[2]{{}, {.used = bytes{99}}};
    leaf<"heap", "Heap">(constant{told}).sample_into(into);
    return into[0] == told && into[1] == usage{.used = bytes{99}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("leaf: samples anew each time") {
  auto used = 1U;
  auto const node = leaf<"heap", "Heap">(
      callable_source{[&used]() noexcept -> usage { return {.used = bytes{used}}; }});
  usage into;
  node.sample_into(&into);
  CHECK(into.used == bytes{1});
  used = 2;
  node.sample_into(&into);
  CHECK(into.used == bytes{2});
}

TEST_CASE("leaf: a source that forgets a field leaves nothing of the sample before") {
  constexpr auto test = [] {
    usage into{.used = bytes{7}, .committed = bytes{8}, .peak = bytes{9}};
    leaf<"heap">(nothing{}).sample_into(&into);
    return into == usage{};
  };
  static_assert(test());
  CHECK(test());
}

// Names are a type, and the sources are no part of it.
static_assert(std::is_same_v<decltype(leaf<"a", "A">(nothing{}))::shape,
                             decltype(leaf<"a", "A">(constant{}))::shape>);
static_assert(std::is_same_v<decltype(leaf<"a">(nothing{}))::shape, memscape::leaf_shape<"a", "a">>,
              "without a label the key serves");
static_assert(!std::is_same_v<decltype(leaf<"a", "A">(nothing{}))::shape,
                              decltype(leaf<"a", "B">(nothing{}))::shape>);

static_assert(memscape::node<decltype(leaf<"a">(nothing{}))>);
static_assert(!memscape::allocator_source<decltype(leaf<"a">(nothing{}))>);
static_assert(std::is_empty_v<decltype(leaf<"a">(nothing{}))>, "empty classes take no room");
static_assert(sizeof(leaf<"a">(constant{})) == sizeof(constant));
static_assert(noexcept(leaf<"a">(nothing{})));

struct two_ranges : nothing {
  int const* at;
  template <class Visit>
  constexpr void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{at, 4});
    visit(memscape::address_range{at + 1, 8});
  }
};

TEST_CASE("leaf: hands on the ranges of its source, with the index it is given") {
  static int const place[3]{};
  auto const sizes_of = [](auto const& node) {
    std::size_t sum = 0;
    node.ranges_into(3, [&](std::size_t index, memscape::address_range range) noexcept {
      sum += index == 3 && (range.begin == nullptr) == (range.size == 0) ? range.size : 1000;
    });
    return sum;
  };
  CHECK(sizes_of(leaf<"a">(two_ranges{{}, place})) == 12);
  CHECK_MESSAGE(sizes_of(leaf<"a">(nothing{})) == 0, "a source need not know where it lies");
}

struct no_range_now : nothing {
  template <class Visit>
  constexpr void ranges(Visit) const noexcept {}
};

constexpr auto tells_that_ranges_are_offered() -> bool {
  auto const visits_of = [](auto const& node) {
    int visits = 0;
    node.ranges_into(3, [&](std::size_t index, memscape::address_range range) noexcept {
      visits += index == 3 && range == memscape::address_range{} ? 1 : 100;
    });
    return visits;
  };
  return visits_of(leaf<"a">(no_range_now{})) == 1 && visits_of(leaf<"a">(nothing{})) == 0;
}
static_assert(tells_that_ranges_are_offered());
TEST_CASE("leaf: a source that has no ranges now is told from one that offers none") {
  CHECK(tells_that_ranges_are_offered());
}

}  // namespace
