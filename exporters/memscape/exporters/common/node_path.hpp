// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// A leaf of a layout where its group is not above it: the labels of its ancestors and its own, such as
/// `GC Heap / Malloc`. Cost: none at run time. Threads: constants.
template <class Layout>
class node_path {
  struct nested {
    static constexpr void put(writer& to, std::size_t i) noexcept {
      if (!Layout::nodes[i].is_group && !Layout::nodes[i].is_root()) put_with_ancestors(to, i);
    }
    static constexpr void put_with_ancestors(writer& to, std::size_t i) noexcept {
      if (!Layout::nodes[i].is_root()) {
        put_with_ancestors(to, Layout::nodes[i].parent);
        to.put(" / ");
      }
      to.put(Layout::nodes[i].label);
    }
  };

 public:
  /// That of leaf `i`.
  [[nodiscard]] static constexpr auto of(std::size_t i) noexcept -> std::string_view {
    if (Layout::nodes[i].is_root()) return Layout::nodes[i].label;
    return node_texts<Layout::size, nested>::of(i);
  }
};

}  // namespace memscape::inline v0
