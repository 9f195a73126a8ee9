// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/tree/layout.hpp>
#include <string_view>

#include "exporters/random.hpp"

namespace test_support {

/// The nodes of a tree of 1 to 24, of any form and at most 7 deep, with names of random bytes. Drawn by a
/// loop and not by templates, because a thousand of them have to compile.
struct drawn_nodes {
  static constexpr std::size_t most = 24;

  struct node {
    std::size_t parent = memscape::layout_node::no_parent;
    std::size_t depth = 0;
    std::size_t end = 0;
    std::array<char, 4> key{};
    std::array<char, 10> label{};
    std::size_t label_size = 0;
    bool is_group = false;
  };
  std::array<node, most> all{};
  std::size_t size = 0;

  constexpr explicit drawn_nodes(std::uint64_t seed) noexcept {
    random_numbers random{seed};
    size = 1 + random.below(most);
    std::size_t parent = memscape::layout_node::no_parent;
    for (std::size_t i = 0; i < size; ++i) {
      // A group has a child, and behind that it may end.
      if (i > 0 && all[i - 1].is_group) {
        parent = i - 1;
      } else {
        while (parent != memscape::layout_node::no_parent && random.below(3) == 0) {
          parent = all[parent].parent;
        }
      }
      auto& made = all[i];
      made.parent = parent;
      made.depth = parent == memscape::layout_node::no_parent ? 0 : all[parent].depth + 1;
      made.is_group = i + 1 < size && made.depth < 6 && random.below(3) == 0;
      made.key = {'n', static_cast<char>('0' + i / 10), static_cast<char>('0' + i % 10),
                  static_cast<char>('a' + random.below(26))};
      made.label_size = random.below(made.label.size() + 1);
      // Every fourth byte is one that formats care about.
      for (auto& c : made.label) {
        auto const any = random.next();
        c = any % 4 == 0 ? "\"\\\n{},=#"[any / 4 % 8] : static_cast<char>(any >> 8U & 0xFFU);
      }
      for (auto up = i; up != memscape::layout_node::no_parent; up = all[up].parent) {
        all[up].end = i + 1;
      }
    }
  }
};

/// A layout of a drawn tree, the same for the same seed.
template <std::uint64_t Seed>
struct drawn_layout {
  static constexpr drawn_nodes drawn{Seed};
  static constexpr std::size_t size = drawn.size;
  static constexpr std::array<memscape::layout_node, size> nodes = [] {
    std::array<memscape::layout_node, size> made{};
    for (std::size_t i = 0; i < size; ++i) {
      auto const& from = drawn.all[i];
      made[i] = {std::string_view{from.key.data(), from.key.size()},
                 std::string_view{from.label.data(), from.label_size},
                 from.parent,
                 from.depth,
                 from.end,
                 from.is_group};
    }
    return made;
  }();
};

}  // namespace test_support
