// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/leaves.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <ostream>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::metric_leaves;
using test_support::deep;
using test_support::group_first;
using test_support::hostile;

template <class Leaves>
constexpr auto is(std::size_t leaf, std::size_t node, std::string_view labels) -> bool {
  return Leaves::all[leaf].node == node && Leaves::all[leaf].labels == labels;
}

constexpr auto leaves_have_their_labels() -> bool {
  using simple = metric_leaves<group_first, false>;
  using nested = metric_leaves<deep, false>;
  return is<simple>(0, 1, R"(subsystem="lval",parent="gc_heap"} )") &&
         is<simple>(1, 2, R"(subsystem="lenv",parent="gc_heap"} )") &&
         is<simple>(2, 3, R"(subsystem="cache"} )") && simple::all.size() == 3 &&
         // The parent is the group right above.
         is<nested>(0, 6, R"(subsystem="l7",parent="g6"} )") &&
         is<nested>(1, 7, R"(subsystem="l3",parent="g2"} )") &&
         metric_leaves<memscape::layout<>, true>::all.empty();
}
static_assert(leaves_have_their_labels());
TEST_CASE("metric_leaves: leaves only, by their keys, with the group that they are in") {
  CHECK(leaves_have_their_labels());
}

constexpr auto texts_for_people_are_escaped() -> bool {
  using leaves = metric_leaves<hostile, true>;
  return is<leaves>(0, 0, R"(subsystem="quotes",label="\"\\\"}],\""} )") &&
         is<leaves>(2, 3, "subsystem=\"nul\",parent=\"markup\",label=\"a\uFFFDb\"} ") &&
         is<leaves>(5, 6, R"(subsystem="unnamed",label=""} )") && leaves::all.size() == 7;
}
static_assert(texts_for_people_are_escaped());
TEST_CASE("metric_leaves: on request with the texts for people, escaped") {
  CHECK(texts_for_people_are_escaped());
}

// Compilers count the steps of what they compute; a large program has a large tree.
template <std::size_t... Index>
auto wide_of(std::index_sequence<Index...>)
    -> memscape::layout<memscape::leaf_shape<test_support::random_key<Index>(),
                                             test_support::random_label<Index>()>...>;
using wide = decltype(wide_of(std::make_index_sequence<200>{}));

TEST_CASE("metric_leaves: 200 leaves are no matter") {
  using names = metric_leaves<wide, true>;
  CHECK(names::all.size() == 200);
  CHECK(names::all[199].labels.starts_with("subsystem=\"n199\""));
}

}  // namespace
