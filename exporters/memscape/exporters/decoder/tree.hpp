// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/shape.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memscape::inline v0 {

/// What a mirror accepts at most: a sender decides how much memory its viewers need, and these bound it.
struct decoder_limits {
  /// One line, and one event's data. Units: bytes.
  std::size_t event_bytes = std::size_t{1} << 20U;
  std::size_t nodes = 4096;
  std::size_t key_bytes = 256;
  std::size_t label_bytes = 4096;
  std::size_t errors = 64;
};

/// A node of a tree that was learned at run time: `layout_node` with names of its own.
struct decoded_node {
  static constexpr std::size_t no_parent = layout_node::no_parent;

  std::string key{};
  std::string label{};
  std::size_t parent = no_parent;
  std::size_t depth = 0;  ///< 0 for a root
  std::size_t end = 0;    ///< one past the last descendant: the subtree is [index, end)
  bool is_group = false;

  [[nodiscard]] auto is_root() const noexcept -> bool { return parent == no_parent; }
  [[nodiscard]] friend auto operator==(decoded_node const&, decoded_node const&) noexcept
      -> bool = default;
};

/// The tree of a program that the reader was not compiled with: nodes in pre-order, found by key.
/// Cost: `find` is a binary search. Threads: one at a time while it is built.
class decoded_tree {
 public:
  /// Adds the next node in pre-order; `parent` is the key of its group, absent for a root.
  [[nodiscard]] auto add(std::string_view key, std::string_view label,
                         std::optional<std::string_view> parent, bool is_group,
                         decoder_limits const& limits = {}) -> decode_fault {
    if (nodes_.size() >= limits.nodes) return "layout: more nodes than the limit allows";
    if (!is_key(key) || is_reserved(key)) return "layout: a key that no node may have";
    if (key.size() > limits.key_bytes) return "layout: a key longer than the limit allows";
    if (label.size() > limits.label_bytes) return "layout: a label longer than the limit allows";
    std::size_t above = decoded_node::no_parent;
    if (parent) {
      // In pre-order, the parent is the node before or one of those above it.
      above = nodes_.empty() ? decoded_node::no_parent : nodes_.size() - 1;
      while (above != decoded_node::no_parent && nodes_[above].key != *parent) {
        above = nodes_[above].parent;
      }
      if (above == decoded_node::no_parent)
        return "layout: a parent that does not enclose its node";
      if (!nodes_[above].is_group) return "layout: a parent that is no group";
    }
    std::size_t const depth = parent ? nodes_[above].depth + 1 : 0;
    nodes_.push_back({std::string{key}, std::string{label}, above, depth, 0, is_group});
    return {};
  }

  /// Completes the tree.
  [[nodiscard]] auto finish() -> decode_fault {
    for (std::size_t i = nodes_.size(); i-- > 0;) {
      auto& node = nodes_[i];
      node.end = (std::max)(node.end, i + 1);
      if (!node.is_root()) nodes_[node.parent].end = (std::max)(nodes_[node.parent].end, node.end);
    }
    by_key_.resize(nodes_.size());
    for (std::size_t i = 0; i < nodes_.size(); ++i) by_key_[i] = i;
    std::sort(by_key_.begin(), by_key_.end(),
              [this](std::size_t a, std::size_t b) { return nodes_[a].key < nodes_[b].key; });
    for (std::size_t i = 1; i < by_key_.size(); ++i) {
      if (nodes_[by_key_[i - 1]].key == nodes_[by_key_[i]].key)
        return "layout: two nodes with one key";
    }
    return {};
  }

  /// The index of the node with this key, or `size()` when there is none.
  [[nodiscard]] auto find(std::string_view key) const noexcept -> std::size_t {
    auto const found =
        std::lower_bound(by_key_.begin(), by_key_.end(), key,
                         [this](std::size_t i, std::string_view k) { return nodes_[i].key < k; });
    return found != by_key_.end() && nodes_[*found].key == key ? *found : size();
  }

  [[nodiscard]] auto size() const noexcept -> std::size_t { return nodes_.size(); }
  [[nodiscard]] auto operator[](std::size_t index) const noexcept -> decoded_node const& {
    return nodes_[index];
  }
  [[nodiscard]] auto begin() const noexcept { return nodes_.begin(); }
  [[nodiscard]] auto end() const noexcept { return nodes_.end(); }

  [[nodiscard]] friend auto operator==(decoded_tree const& a, decoded_tree const& b) noexcept
      -> bool {
    return a.nodes_ == b.nodes_;
  }

 private:
  std::vector<decoded_node> nodes_;
  std::vector<std::size_t> by_key_;
};

}  // namespace memscape::inline v0
