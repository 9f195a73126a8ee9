// SPDX-License-Identifier: MIT
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/tree/shape.hpp>

namespace {

using memscape::group_shape;
using memscape::is_key;
using memscape::is_reserved;
using memscape::leaf_shape;
using namespace std::literals;

TEST_CASE("shape: a key begins with a small letter and goes on with letters, digits and _") {
  constexpr auto test = [] {
    return is_key("a") && is_key("z9") && is_key("gc_lval_slab") && is_key("a_") &&
           is_key("a__b") && is_key("abcdefghijklmnopqrstuvwxyz_0123456789");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("shape: anything else is no key") {
  constexpr auto test = [] {
    for (auto const text :
         {""sv, "_a"sv, "9a"sv, "A"sv, "aB"sv, "a b"sv, "a-b"sv, "a.b"sv, "a\0"sv, "\0"sv, "a\""sv,
          "ä"sv, "a\n"sv, " a"sv, "a`"sv, "a{"sv, "a/"sv, "a:"sv}) {
      if (is_key(text)) return false;
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("shape: what the breakdown holds besides the nodes is reserved, and nothing else") {
  constexpr auto test = [] {
    return is_reserved("untracked") && is_reserved("overcounted") && !is_reserved("tracked") &&
           !is_reserved("untracked_") && !is_reserved("");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("shape: a leaf is one node, a group one more than its children") {
  using leaf = leaf_shape<"a", "A">;
  using pair = group_shape<"b", "B", leaf, leaf>;
  using outer = group_shape<"c", "C", pair, leaf, group_shape<"d", "D", leaf>>;
  static_assert(leaf::size == 1 && pair::size == 3 && outer::size == 7);
  CHECK(outer::size == 7);
}

}  // namespace
