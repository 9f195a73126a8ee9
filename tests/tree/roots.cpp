// SPDX-License-Identifier: MIT
#include <array>
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/tree/roots.hpp>

namespace {

using memscape::group_shape;
using memscape::layout_node;
using memscape::leaf_shape;
using memscape::root_shapes;
using namespace std::literals;

using roots = root_shapes<leaf_shape<"a", "Arena">, group_shape<"g", "", leaf_shape<"b", "\0">>>;

TEST_CASE("roots: names stand one behind the other, and nodes have views of them") {
  constexpr auto test = [] {
    std::array<char, roots::name_bytes> names{};
    roots::write_names(names.data());
    std::array<layout_node, roots::size> nodes{};
    roots::build(nodes.data(), names.data());
    return std::string_view{names.data(), names.size()} == "aArenagb\0"sv &&
           nodes[0].label == "Arena" && nodes[1].key == "g" && nodes[1].label.empty() &&
           nodes[1].end == 3 && nodes[2].label == "\0"sv && nodes[2].parent == 1;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("roots: are found by the digest of their names, where a tree with them was named") {
  using id = memscape::names_id<roots::digest.high, roots::digest.low>;
  static_assert(sizeof(memscape::named_roots<id, roots>) != 0);
  static_assert(std::is_same_v<decltype(roots_of(id{})), roots>);
  CHECK(roots::size == 3);
}

}  // namespace
