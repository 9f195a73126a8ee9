// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/metrics/text.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/tree/layout.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// A leaf of a tree: its index in the layout, and where its labels stand.
struct metric_leaf {
  std::size_t node = 0;
  std::string_view labels{};
};

/// The leaves of a tree, and how the labels of each end a sample's name: one constant text, so that a
/// large tree takes a loop and no more code. The same for every metric, format and prefix.
/// Cost: none at run time.
template <class Layout, bool WithLabels>
class metric_leaves {
  struct leaf_labels {
    static constexpr void put(writer& to, std::size_t i) noexcept {
      if (!Layout::nodes[i].is_group) metric_leaves::put_leaf(to, Layout::nodes[i]);
    }
  };
  using texts = node_texts<Layout::size, leaf_labels>;

  static constexpr void put_leaf(writer& to, layout_node const& leaf) noexcept {
    put_metric_pair(to, "subsystem", leaf.key);
    if (!leaf.is_root()) {
      to.put(',');
      put_metric_pair(to, "parent", Layout::nodes[leaf.parent].key);
    }
    if (WithLabels) {
      to.put(',');
      put_metric_pair(to, "label", leaf.label);
    }
    to.put("} ");
  }

  static constexpr std::size_t leaf_count = [] {
    std::size_t sum = 0;
    for (auto const& node : Layout::nodes) sum += node.is_group ? 0 : 1;
    return sum;
  }();

 public:
  /// The leaves, in the order of the layout. Labels are `subsystem="…",parent="…"} `: all that stands
  /// between the policy's labels and the number.
  static constexpr auto all = [] {
    std::array<metric_leaf, leaf_count> made{};
    std::size_t next = 0;
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (!Layout::nodes[i].is_group) made[next++] = {i, texts::of(i)};
    }
    return made;
  }();
};

}  // namespace memscape::inline v0
