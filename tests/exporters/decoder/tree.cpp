// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <string>
#include <string_view>

using memscape::decoded_node;
using memscape::decoded_tree;
using memscape::decoder_limits;

namespace {

// a, g(b, h(c), d), e
auto small_tree() -> decoded_tree {
  decoded_tree tree;
  CHECK(tree.add("a", "A", std::nullopt, false) == "");
  CHECK(tree.add("g", "G", std::nullopt, true) == "");
  CHECK(tree.add("b", "B", "g", false) == "");
  CHECK(tree.add("h", "H", "g", true) == "");
  CHECK(tree.add("c", "C", "h", false) == "");
  CHECK(tree.add("d", "D", "g", false) == "");
  CHECK(tree.add("e", "E", std::nullopt, false) == "");
  CHECK(tree.finish() == "");
  return tree;
}

}  // namespace

TEST_CASE("nodes know their parent, their depth and where their subtree ends") {
  auto const tree = small_tree();
  REQUIRE(tree.size() == 7);
  std::size_t const ends[] = {1, 6, 3, 5, 5, 6, 7};
  std::size_t const depths[] = {0, 0, 1, 1, 2, 1, 0};
  for (std::size_t i = 0; i < tree.size(); ++i) {
    CHECK(tree[i].end == ends[i]);
    CHECK(tree[i].depth == depths[i]);
  }
  CHECK(tree[0].is_root());
  CHECK(tree[4].parent == 3);
  CHECK(tree[5].parent == 1);
  CHECK_FALSE(tree[5].is_root());
}

TEST_CASE("nodes are found by key") {
  auto const tree = small_tree();
  for (std::size_t i = 0; i < tree.size(); ++i) CHECK(tree.find(tree[i].key) == i);
  for (auto const* unknown : {"", "A", "aa", "f", "z"}) CHECK(tree.find(unknown) == tree.size());
  CHECK(decoded_tree{}.find("a") == 0);
}

TEST_CASE("equal trees are equal, and a different label is a different tree") {
  decoded_tree one;
  decoded_tree same;
  decoded_tree other;
  CHECK(one.add("a", "A", std::nullopt, false) == "");
  CHECK_FALSE(one == same);
  CHECK(same.add("a", "A", std::nullopt, false) == "");
  CHECK(other.add("a", "B", std::nullopt, false) == "");
  CHECK(one == same);
  CHECK_FALSE(one == other);
}

TEST_CASE("what is not in pre-order is refused") {
  auto tree = small_tree();
  CHECK(tree.add("f", "F", "g", false) == "layout: a parent that does not enclose its node");
  CHECK(tree.add("f", "F", "e", false) == "layout: a parent that is no group");
  CHECK(tree.add("f", "F", "f", false) == "layout: a parent that does not enclose its node");
  CHECK(decoded_tree{}.add("f", "F", "g", false) ==
        "layout: a parent that does not enclose its node");
  CHECK(tree == small_tree());
}

TEST_CASE("keys are what they are in the sender") {
  decoded_tree tree;
  for (auto const* bad :
       {"", "A", "1", "_a", "a-b", "a b", "\xC3\xA4", "untracked", "overcounted"}) {
    CHECK(tree.add(bad, "", std::nullopt, false) == "layout: a key that no node may have");
  }
  CHECK(tree.add("a_1", "", std::nullopt, false) == "");
  CHECK(tree.add("a_1", "", std::nullopt, false) == "");
  CHECK(tree.finish() == "layout: two nodes with one key");
}

TEST_CASE("a tree is bounded in nodes, keys and labels") {
  decoder_limits const limits{.nodes = 2, .key_bytes = 3, .label_bytes = 4};
  decoded_tree tree;
  CHECK(tree.add("abcd", "", std::nullopt, false, limits) ==
        "layout: a key longer than the limit allows");
  CHECK(tree.add("abc", "12345", std::nullopt, false, limits) ==
        "layout: a label longer than the limit allows");
  CHECK(tree.add("abc", "1234", std::nullopt, false, limits) == "");
  CHECK(tree.add("b", "", std::nullopt, false, limits) == "");
  CHECK(tree.add("c", "", std::nullopt, false, limits) ==
        "layout: more nodes than the limit allows");
  CHECK(tree.size() == 2);
}

TEST_CASE("a chain as deep as the limit is read") {
  decoded_tree tree;
  std::optional<std::string> parent;
  for (std::size_t i = 0; i < decoder_limits{}.nodes; ++i) {
    std::string key = "n" + std::to_string(i);
    REQUIRE(tree.add(key, "", parent ? std::optional<std::string_view>{*parent} : std::nullopt,
                     true) == "");
    parent = std::move(key);
  }
  CHECK(tree.finish() == "");
  CHECK(tree[0].end == tree.size());
  CHECK(tree[tree.size() - 1].depth == tree.size() - 1);
}
