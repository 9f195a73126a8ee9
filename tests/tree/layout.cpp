// SPDX-License-Identifier: MIT
#include <cstddef>
#include <string_view>
#include <type_traits>
#include <utility>

#include <doctest/doctest.h>

#include <memscape/tree/layout.hpp>

#include "property/numbered.hpp"

namespace {

using memscape::group_shape;
using memscape::layout;
using memscape::layout_node;
using memscape::leaf_shape;
using namespace std::literals;

constexpr auto none = layout_node::no_parent;

// The tree of the design document.
using runtime = layout<leaf_shape<"scratch_arena", "Scratch Arena">,
                       group_shape<"gc_heap", "GC Heap",                     //
                                   leaf_shape<"gc_lval_slab", "LVAL Slab">,  //
                                   leaf_shape<"gc_lenv_slab", "LENV Slab">,  //
                                   leaf_shape<"gc_malloc", "Malloc">>,       //
                       leaf_shape<"aio_slabs", "AIO Slabs">>;

constexpr auto is(layout_node const& node, std::string_view key, std::string_view label,
                  std::size_t parent, std::size_t depth, std::size_t end, bool is_group) -> bool {
  return node.key == key && node.label == label && node.parent == parent && node.depth == depth &&
         node.end == end && node.is_group == is_group && node.is_root() == (parent == none);
}

TEST_CASE("layout: nodes stand in pre-order with key, label, parent, depth and end") {
  constexpr auto test = [] {
    auto const& nodes = runtime::nodes;
    return runtime::size == 6 && nodes.size() == 6 &&
           is(nodes[0], "scratch_arena", "Scratch Arena", none, 0, 1, false) &&
           is(nodes[1], "gc_heap", "GC Heap", none, 0, 5, true) &&
           is(nodes[2], "gc_lval_slab", "LVAL Slab", 1, 1, 3, false) &&
           is(nodes[3], "gc_lenv_slab", "LENV Slab", 1, 1, 4, false) &&
           is(nodes[4], "gc_malloc", "Malloc", 1, 1, 5, false) &&
           is(nodes[5], "aio_slabs", "AIO Slabs", none, 0, 6, false);
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("layout: groups eight deep know their parents and their ends") {
  using deep = layout<
      group_shape<
          "a", "A",
          group_shape<
              "b", "B",
              group_shape<
                  "c", "C",
                  group_shape<"d", "D",
                              group_shape<"e", "E",
                                          group_shape<"f", "F",
                                                      group_shape<"g", "G", leaf_shape<"h", "H">>>,
                                          leaf_shape<"i", "I">>>>>>,
      leaf_shape<"j", "J">>;
  constexpr auto test = [] {
    auto const& nodes = deep::nodes;
    return deep::size == 10 && is(nodes[0], "a", "A", none, 0, 9, true) &&
           is(nodes[4], "e", "E", 3, 4, 9, true) && is(nodes[5], "f", "F", 4, 5, 8, true) &&
           is(nodes[6], "g", "G", 5, 6, 8, true) && is(nodes[7], "h", "H", 6, 7, 8, false) &&
           is(nodes[8], "i", "I", 4, 5, 9, false) && is(nodes[9], "j", "J", none, 0, 10, false);
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("layout: finds a node by its key, and says where there is none") {
  constexpr auto test = [] {
    return runtime::index_of("scratch_arena") == 0 && runtime::index_of("gc_malloc") == 4 &&
           runtime::index_of("aio_slabs") == 5 && runtime::index_of("gc") == runtime::size &&
           runtime::index_of("gc_heaps") == runtime::size &&
           runtime::index_of("") == runtime::size &&
           runtime::index_of("gc_heap\0"sv) == runtime::size;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("layout: labels hold any bytes") {
  using odd = layout<leaf_shape<"a", "\0\"\xff<b>">, leaf_shape<"b", "">>;
  constexpr auto test = [] {
    return odd::nodes[0].label == "\0\"\xff<b>"sv && odd::nodes[1].label.empty();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("layout: sees a key that stands twice, wherever it stands") {
  using in_roots = layout<leaf_shape<"a", "A">, leaf_shape<"b", "B">, leaf_shape<"a", "C">>;
  using in_a_group = layout<leaf_shape<"a", "A">, group_shape<"g", "G", leaf_shape<"a", "B">>>;
  using of_its_group = layout<group_shape<"g", "G", leaf_shape<"g", "H">>>;
  using in_two_groups = layout<group_shape<"g", "G", leaf_shape<"a", "A">>,
                               group_shape<"h", "H", leaf_shape<"a", "A">>>;
  using labels_alone = layout<leaf_shape<"a", "A">, leaf_shape<"b", "A">>;
  constexpr auto test = [] {
    return runtime::keys_are_unique() && labels_alone::keys_are_unique() &&
           !in_roots::keys_are_unique() && !in_a_group::keys_are_unique() &&
           !of_its_group::keys_are_unique() && !in_two_groups::keys_are_unique();
  };
  static_assert(test());
  CHECK(test());
}

template <class Indices, class... More>
struct flat;
template <std::size_t... Index, class... More>
struct flat<std::index_sequence<Index...>, More...> {
  using type = layout<leaf_shape<test_support::key<Index>, test_support::label<Index>>..., More...>;
};

TEST_CASE("layout: 200 keys are compared at compile time") {
  using unique = flat<std::make_index_sequence<200>>::type;
  using twice = flat<std::make_index_sequence<199>, leaf_shape<"n000", "">>::type;
  static_assert(unique::size == 200 && unique::keys_are_unique());
  static_assert(twice::size == 200 && !twice::keys_are_unique());
  static_assert(unique::index_of("n199") == 199 && unique::nodes[199].end == 200);
  CHECK(unique::keys_are_unique());
  CHECK_FALSE(twice::keys_are_unique());
}

template <std::size_t First, class Indices, class... More>
struct branch;
template <std::size_t First, std::size_t... Index, class... More>
struct branch<First, std::index_sequence<Index...>, More...> {
  using type = group_shape<
      test_support::key<First>, test_support::label<First>,
      leaf_shape<test_support::key<First + 1 + Index>, test_support::label<First + 1 + Index>>...,
      More...>;
};
template <std::size_t First, std::size_t Leaves, class... More>
using branch_of = typename branch<First, std::make_index_sequence<Leaves>, More...>::type;

TEST_CASE("layout: 512 keys are compared at compile time") {
  using most = layout<branch_of<0, 199>, branch_of<200, 199>, branch_of<400, 111>>;
  using twice =
      layout<branch_of<0, 199>, branch_of<200, 199>, branch_of<400, 110, leaf_shape<"n007", "">>>;
  static_assert(most::size == 512 && most::fits && most::keys_are_unique());
  static_assert(twice::size == 512 && !twice::keys_are_unique());
  static_assert(most::index_of("n511") == 511 && most::index_of("n512") == 512);
  CHECK(most::keys_are_unique());
  CHECK_FALSE(twice::keys_are_unique());
}

template <std::size_t... Size>
auto finds_first_key_again(std::index_sequence<Size...>) -> bool {
  return (!flat<std::make_index_sequence<Size + 1>,
                leaf_shape<"n000", "">>::type::keys_are_unique() &&
          ...) &&
         (flat<std::make_index_sequence<Size + 1>>::type::keys_are_unique() && ...);
}

TEST_CASE("layout: a key that stands twice is found in a tree of any size") {
  CHECK(finds_first_key_again(std::make_index_sequence<20>{}));
}

TEST_CASE("layout: an empty tree is one too") {
  static_assert(layout<>::size == 0 && layout<>::keys_are_unique());
  CHECK(layout<>::index_of("a") == 0);
}

// Each differs from the first in one name, or in what belongs to what.
static_assert(!std::is_same_v<layout<leaf_shape<"a", "A">>, layout<leaf_shape<"b", "A">>>);
static_assert(!std::is_same_v<layout<leaf_shape<"a", "A">>, layout<leaf_shape<"a", "B">>>);
static_assert(!std::is_same_v<layout<leaf_shape<"ab", "c">>, layout<leaf_shape<"a", "bc">>>);
static_assert(
    !std::is_same_v<layout<group_shape<"g", "G", leaf_shape<"a", "A">>, leaf_shape<"b", "B">>,
                    layout<group_shape<"g", "G", leaf_shape<"a", "A">, leaf_shape<"b", "B">>>>);
static_assert(
    !std::is_same_v<layout<group_shape<"g", "G", group_shape<"h", "H", leaf_shape<"a", "A">>>>,
                    layout<group_shape<"g", "G">, group_shape<"h", "H", leaf_shape<"a", "A">>>>);
static_assert(
    std::is_same_v<runtime,
                   layout<leaf_shape<"scratch_arena", "Scratch Arena">,
                          group_shape<"gc_heap", "GC Heap", leaf_shape<"gc_lval_slab", "LVAL Slab">,
                                      leaf_shape<"gc_lenv_slab", "LENV Slab">,
                                      leaf_shape<"gc_malloc", "Malloc">>,
                          leaf_shape<"aio_slabs", "AIO Slabs">>>);

static_assert(std::is_empty_v<runtime>, "a layout is constants alone");

}  // namespace
