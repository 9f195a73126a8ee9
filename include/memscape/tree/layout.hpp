// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/fixed_string.hpp>
#include <memscape/tree/shape.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// One node of a flattened tree. Indices are into `layout::nodes`.
struct layout_node {
  static constexpr std::size_t no_parent = static_cast<std::size_t>(-1);

  std::string_view key{};
  std::string_view label{};
  std::size_t parent = no_parent;
  std::size_t depth = 0;  ///< 0 for a root
  std::size_t end = 0;    ///< one past the last descendant: the subtree is [index, end)
  bool is_group = false;

  [[nodiscard]] constexpr auto is_root() const noexcept -> bool { return parent == no_parent; }
};

/// Writes the nodes of a shape in pre-order.
class layout_builder {
 public:
  constexpr explicit layout_builder(layout_node* nodes) noexcept : nodes_{nodes} {}

  template <fixed_string Key, fixed_string Label>
  constexpr void add(leaf_shape<Key, Label> const*, std::size_t parent,
                     std::size_t depth) noexcept {
    nodes_[next_] = {name<Key>, name<Label>, parent, depth, next_ + 1, false};
    ++next_;
  }

  template <fixed_string Key, fixed_string Label, class... Children>
  constexpr void add(group_shape<Key, Label, Children...> const*, std::size_t parent,
                     std::size_t depth) noexcept {
    std::size_t const self = next_++;
    (add(static_cast<Children const*>(nullptr), self, depth + 1), ...);
    nodes_[self] = {name<Key>, name<Label>, parent, depth, next_, true};
  }

 private:
  // A template argument object has static storage; a view of it outlives every layout.
  template <fixed_string Name>
  static constexpr std::string_view name = Name.view();

  layout_node* nodes_;
  std::size_t next_ = 0;
};

/// The tree of names, flattened to a constant array in pre-order: what every exporter reads.
/// Cost: none at run time. Threads: constants.
template <class... Shapes>
struct layout {
  /// Leaves and groups together.
  static constexpr std::size_t size = (std::size_t{0} + ... + Shapes::size);

  static constexpr std::array<layout_node, size> nodes = [] {
    std::array<layout_node, size> all{};
    layout_builder builder{all.data()};
    (builder.add(static_cast<Shapes const*>(nullptr), layout_node::no_parent, 0), ...);
    return all;
  }();

  /// The index of the node with this key, or `size` when there is none. Cost: linear.
  [[nodiscard]] static constexpr auto index_of(std::string_view key) noexcept -> std::size_t {
    std::size_t index = 0;
    while (index < size && nodes[index].key != key) ++index;
    return index;
  }

  /// Whether no two nodes share a key.
  [[nodiscard]] static constexpr auto keys_are_unique() noexcept -> bool {
    // Hashes first: comparing 200 names pairwise is past clang's limit of constexpr steps.
    std::array<std::uint64_t, size> hashes{};
    for (std::size_t i = 0; i < size; ++i) hashes[i] = hash(nodes[i].key);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (hashes[i] == hashes[j] && nodes[i].key == nodes[j].key) return false;
      }
    }
    return true;
  }

 private:
  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
  [[nodiscard]] static constexpr auto hash(std::string_view text) noexcept -> std::uint64_t {
    std::uint64_t value = 14695981039346656037U;
    for (char const c : text) {
      value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
    }
    return value;
  }
};

}  // namespace memscape::inline v0
