// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/writer.hpp>

namespace {

using memscape::each_node_block;
using memscape::node_block;
using memscape::node_texts;
using memscape::writer;

template <std::size_t Count, std::size_t Block>
auto blocks() -> std::string {
  std::string said;
  each_node_block<Count, Block>([&said]<std::size_t Begin, std::size_t End>() {
    said += std::to_string(Begin) + "-" + std::to_string(End) + " ";
  });
  return said;
}

TEST_CASE("node_blocks: every node is in one block, and the last block is what is left") {
  CHECK(blocks<0, 4>().empty());
  CHECK(blocks<1, 4>() == "0-1 ");
  CHECK(blocks<4, 4>() == "0-4 ");
  CHECK(blocks<9, 4>() == "0-4 4-8 8-9 ");
}

// Nothing of every third node, the number of the others in brackets.
struct numbers {
  static constexpr void put(writer& to, std::size_t i) noexcept {
    if (i % 3 == 1) return;
    to.put('[');
    to.number(i);
    to.put(']');
  }
};

template <std::size_t Count>
auto is_whole() -> bool {
  using texts = node_texts<Count, numbers>;
  std::string all;
  for (std::size_t i = 0; i < Count; ++i) {
    auto const one = i % 3 == 1 ? std::string{} : "[" + std::to_string(i) + "]";
    if (texts::of(i) != one) return false;
    all += one;
  }
  return std::string_view{texts::text.data(), texts::text.size()} == all;
}

TEST_CASE("node_blocks: texts stand one behind the other, across the borders of blocks") {
  CHECK(is_whole<0>());
  CHECK(is_whole<1>());
  CHECK(is_whole<2>());
  CHECK(is_whole<node_block>());
  CHECK(is_whole<node_block + 1>());
  CHECK(is_whole<3 * node_block + 5>());
  CHECK(is_whole<500>());
}

}  // namespace
