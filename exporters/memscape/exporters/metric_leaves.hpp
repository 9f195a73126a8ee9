// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/metric_text.hpp>
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

  struct totals {
    std::size_t leaves = 0;
    std::size_t size = 0;
  };
  static constexpr totals sum = [] {
    totals of;
    writer counter;
    for (auto const& node : Layout::nodes) {
      if (node.is_group) continue;
      metric_leaves::put_leaf(counter, node);
      ++of.leaves;
    }
    of.size = counter.size();
    return of;
  }();

  static constexpr auto text = [] {
    std::array<char, sum.size> made{};
    writer to{made};
    for (auto const& node : Layout::nodes) {
      if (!node.is_group) metric_leaves::put_leaf(to, node);
    }
    return made;
  }();

 public:
  /// The leaves, in the order of the layout. Labels are `subsystem="…",parent="…"} `: all that stands
  /// between the policy's labels and the number.
  static constexpr auto all = [] {
    std::array<metric_leaf, sum.leaves> made{};
    std::string_view const labels{text.data(), text.size()};
    std::size_t next = 0;
    std::size_t begin = 0;
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (Layout::nodes[i].is_group) continue;
      writer counter;
      metric_leaves::put_leaf(counter, Layout::nodes[i]);
      made[next++] = {i, labels.substr(begin, counter.size())};
      begin += counter.size();
    }
    return made;
  }();
};

}  // namespace memscape::inline v0
