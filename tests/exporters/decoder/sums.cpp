// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/exporters/decoder/sums.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <vector>

using memscape::bytes;
using memscape::count;
using memscape::usage;

TEST_CASE("groups sum what all their children know, and keep the sender's used") {
  memscape::decoded_tree tree;
  CHECK(tree.add("g", "", std::nullopt, true) == "");
  CHECK(tree.add("a", "", "g", false) == "");
  CHECK(tree.add("h", "", "g", true) == "");
  CHECK(tree.add("b", "", "h", false) == "");
  CHECK(tree.add("c", "", std::nullopt, false) == "");
  CHECK(tree.finish() == "");
  usage const a{.used = bytes{1}, .committed = bytes{10}, .peak = bytes{5}, .objects = count{2}};
  usage const b{
      .used = bytes{2}, .committed = bytes{20}, .objects = count{3}, .slot_count = count{8}};
  usage const c{.used = bytes{4}, .peak = bytes{9}};
  // What stands in a group from the frame before does not count.
  usage const stale{.used = bytes{99}, .committed = bytes{7}, .peak = bytes{7}};
  std::vector<usage> nodes{stale, a, stale, b, c};
  sum_groups(tree, nodes);
  std::vector<usage> const expected{
      {.used = bytes{99}, .committed = bytes{30}, .objects = count{5}},
      a,
      {.used = bytes{99}, .committed = bytes{20}, .objects = count{3}, .slot_count = count{8}},
      b,
      c};
  CHECK(nodes == expected);
  sum_groups(tree, nodes);
  CHECK(nodes == expected);
}

TEST_CASE("sums stop at the end of their range") {
  memscape::decoded_tree tree;
  CHECK(tree.add("g", "", std::nullopt, true) == "");
  CHECK(tree.add("a", "", "g", false) == "");
  CHECK(tree.add("b", "", "g", false) == "");
  CHECK(tree.finish() == "");
  usage const full{.used = bytes{}, .committed = bytes::max()};
  std::vector<usage> nodes{{}, full, full};
  sum_groups(tree, nodes);
  CHECK(nodes[0].committed == bytes::max());
}
