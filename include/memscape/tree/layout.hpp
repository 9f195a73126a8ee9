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

  /// What all keys and labels take. Units: bytes.
  static constexpr std::size_t name_bytes = [] {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < size; ++i) sum += nodes[i].key.size() + nodes[i].label.size();
    return sum;
  }();

  static_assert(size <= most_nodes,
                "memscape: this tree has more than 512 nodes, groups counted: give a leaf the sum "
                "of several sources, "
                "or split the tree into two registries.");
  static_assert(name_bytes <= most_name_bytes,
                "memscape: the keys and labels of this tree have more than 32768 bytes together: "
                "shorten them, or "
                "split the tree into two registries.");

  /// Whether it is within the limits of `shape.hpp`; else the sentences above say so.
  static constexpr bool fits = size <= most_nodes && name_bytes <= most_name_bytes;

  /// The index of the node with this key, or `size` when there is none. Cost: linear.
  [[nodiscard]] static constexpr auto index_of(std::string_view key) noexcept -> std::size_t {
    std::size_t index = 0;
    while (index < size && !is_same(nodes[index].key, key)) ++index;
    return index;
  }

  /// Whether no two nodes share a key. Cost: that of a sort.
  [[nodiscard]] static constexpr auto keys_are_unique() noexcept -> bool {
    // By their hashes, in a merge sort of few steps: clang allows 2^20 of them, which std::sort is past.
    std::array<hashed_key, size> keys{};
    std::array<hashed_key, size> merged{};
    for (std::size_t i = 0; i < size; ++i) keys[i] = {hash(nodes[i].key), i};
    auto* from = keys.data();
    auto* to = merged.data();
    for (std::size_t run = 1; run < size; run *= 2) {
      for (std::size_t begin = 0; begin < size; begin += 2 * run) merge(from, to, begin, run);
      auto* const sorted = to;
      to = from;
      from = sorted;
    }
    for (std::size_t i = 1; i < size; ++i) {
      // Of different keys with one hash, which nobody has found yet, there may be more than two.
      for (std::size_t j = i; j > 0 && from[j - 1].hash == from[i].hash; --j) {
        if (is_same(nodes[from[j - 1].node].key, nodes[from[i].node].key)) return false;
      }
    }
    return true;
  }

 private:
  struct hashed_key {
    std::uint64_t hash = 0;
    std::size_t node = 0;
  };

  // Merges two runs that are sorted, the second of which may be shorter or none.
  static constexpr void merge(hashed_key const* from, hashed_key* to, std::size_t begin,
                              std::size_t run) noexcept {
    std::size_t const middle = begin + run < size ? begin + run : size;
    std::size_t const end = begin + 2 * run < size ? begin + 2 * run : size;
    std::size_t left = begin;
    std::size_t right = middle;
    for (std::size_t i = begin; i < end; ++i) {
      bool const takes_left =
          right == end || (left < middle && from[left].hash <= from[right].hash);
      to[i] = from[takes_left ? left++ : right++];
    }
  }

  // A step a character: std::string_view takes several.
  [[nodiscard]] static constexpr auto is_same(std::string_view a, std::string_view b) noexcept
      -> bool {
    auto const size_of_both = a.size();
    if (size_of_both != b.size()) return false;
    auto const* const left = a.data();
    auto const* const right = b.data();
    std::size_t i = 0;
    while (i < size_of_both && left[i] == right[i]) ++i;
    return i == size_of_both;
  }

  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
  [[nodiscard]] static constexpr auto hash(std::string_view text) noexcept -> std::uint64_t {
    std::uint64_t value = 14695981039346656037U;
    for (char const c : text) value = (value ^ static_cast<unsigned char>(c)) * 1099511628211U;
    return value;
  }
};

}  // namespace memscape::inline v0
