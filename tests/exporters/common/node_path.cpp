// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/node_path.hpp>

#include <doctest/doctest.h>

#include "exporters/trees.hpp"

namespace {

using memscape::node_path;
using test_support::deep;
using test_support::group_first;
using test_support::hostile;

TEST_CASE("node_path: a leaf with all that it is in, the outermost first") {
  constexpr auto test = [] {
    return node_path<group_first>::of(group_first::index_of("lenv")) == "GC Heap / LENV" &&
           node_path<group_first>::of(group_first::index_of("cache")) == "Cache" &&
           node_path<deep>::of(deep::index_of("l7")) == "G1 / G2 / G3 / G4 / G5 / G6 / L7" &&
           node_path<deep>::of(deep::index_of("l3")) == "G1 / G2 / L3" &&
           node_path<hostile>::of(hostile::index_of("unnamed")).empty();
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
