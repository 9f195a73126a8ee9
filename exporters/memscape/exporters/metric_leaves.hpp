// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/metric_text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/tree/layout.hpp>
#include <string_view>

namespace memscape::inline v0 {

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

  struct leaf {
    std::size_t node = 0;
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  struct list {
    std::array<leaf, sum.leaves> leaves{};
    std::array<char, sum.size> text{};
  };
  static constexpr list names = [] {
    list made;
    writer to{made.text};
    std::size_t next = 0;
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (Layout::nodes[i].is_group) continue;
      auto const begin = to.size();
      metric_leaves::put_leaf(to, Layout::nodes[i]);
      made.leaves[next++] = {i, begin, to.size() - begin};
    }
    return made;
  }();

 public:
  /// The leaves, in the order of the layout; `node` is the index there.
  static constexpr auto const& all = names.leaves;

  /// `subsystem="…",parent="…"} ` of one of them: all between the policy's labels and the number.
  [[nodiscard]] static constexpr auto labels(leaf const& of) noexcept -> std::string_view {
    return {names.text.data() + of.begin, of.size};
  }
};

}  // namespace memscape::inline v0
