// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/fixed_string.hpp>
#include <memscape/tree/shape.hpp>
#include <string_view>
#include <type_traits>

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

/// Writes the names of shapes one behind the other, in pre-order: key, label, key, label.
class name_writer {
 public:
  constexpr explicit name_writer(char* into) noexcept : into_{into} {}

  template <fixed_string Key, fixed_string Label>
  constexpr void add(leaf_shape<Key, Label> const*) noexcept {
    put(Key.view());
    put(Label.view());
  }
  template <fixed_string Key, fixed_string Label, class... Children>
  constexpr void add(group_shape<Key, Label, Children...> const*) noexcept {
    put(Key.view());
    put(Label.view());
    (add(static_cast<Children const*>(nullptr)), ...);
  }

 private:
  constexpr void put(std::string_view name) noexcept {
    for (char const c : name) *into_++ = c;
  }

  char* into_;
};

/// Writes the nodes of shapes in pre-order, with views of names as a `name_writer` wrote them.
class layout_builder {
 public:
  constexpr layout_builder(layout_node* nodes, char const* names) noexcept
      : nodes_{nodes}, names_{names} {}

  template <fixed_string Key, fixed_string Label>
  constexpr void add(leaf_shape<Key, Label> const*, std::size_t parent,
                     std::size_t depth) noexcept {
    put(Key.size(), Label.size(), {{}, {}, parent, depth, next_ + 1, false});
  }
  template <fixed_string Key, fixed_string Label, class... Children>
  constexpr void add(group_shape<Key, Label, Children...> const*, std::size_t parent,
                     std::size_t depth) noexcept {
    std::size_t const self = next_;
    put(Key.size(), Label.size(), {{}, {}, parent, depth, 0, true});
    (add(static_cast<Children const*>(nullptr), self, depth + 1), ...);
    nodes_[self].end = next_;
  }

 private:
  constexpr void put(std::size_t key, std::size_t label, layout_node node) noexcept {
    node.key = {names_, key};
    node.label = {names_ + key, label};
    names_ += key + label;
    nodes_[next_++] = node;
  }

  layout_node* nodes_;
  char const* names_;
  std::size_t next_ = 0;
};

/// The roots of a tree, as a type.
template <class... Shapes>
struct root_shapes {
  static constexpr std::size_t size = (std::size_t{0} + ... + Shapes::size);
  static constexpr std::size_t name_bytes = (std::size_t{0} + ... + Shapes::name_bytes);

  static constexpr names_digest digest = [] {
    names_digest all;
    (all.add(Shapes::digest), ...);
    return all;
  }();
  static constexpr void write_names(char* into) noexcept {
    name_writer writer{into};
    (writer.add(static_cast<Shapes const*>(nullptr)), ...);
  }
  static constexpr void build(layout_node* nodes, char const* names) noexcept {
    layout_builder builder{nodes, names};
    (builder.add(static_cast<Shapes const*>(nullptr), layout_node::no_parent, 0), ...);
  }
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wnon-template-friend"  // it is meant: one function for each digest
#endif
/// Stands for names in the names of types. `roots_of` of it is a `root_shapes`, and is declared here, and defined where
/// a tree with these names is first named.
template <std::uint64_t High, std::uint64_t Low>
struct names_id {
  friend constexpr auto roots_of(names_id) noexcept;
};
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif
template <class Id, class Roots>
struct named_roots {
  friend constexpr auto roots_of(Id) noexcept { return Roots{}; }
};

/// The tree of names, flattened to a constant array in pre-order: what every exporter reads. Named by what the names
/// come to, and not by the names: see `names_digest`.
/// Cost: none at run time. Threads: constants.
template <std::uint64_t High, std::uint64_t Low>
class layout_by_digest {
  using roots = decltype(roots_of(names_id<High, Low>{}));

 public:
  /// Leaves and groups together.
  static constexpr std::size_t size = roots::size;
  /// What all keys and labels take. Units: bytes.
  static constexpr std::size_t name_bytes = roots::name_bytes;

 private:
  static constexpr std::array<char, name_bytes + 1> names = [] {
    std::array<char, name_bytes + 1> all{};
    roots::write_names(all.data());
    return all;
  }();

 public:
  static constexpr std::array<layout_node, size> nodes = [] {
    std::array<layout_node, size> all{};
    roots::build(all.data(), names.data());
    return all;
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

template <class... Shapes>
struct layout_of_shapes {
  using roots = root_shapes<Shapes...>;
  using id = names_id<roots::digest.high, roots::digest.low>;
  // Its size is asked for, so that it is there, and with it what `roots_of` returns.
  using type = std::conditional_t<sizeof(named_roots<id, roots>) != 0,
                                  layout_by_digest<roots::digest.high, roots::digest.low>, void>;
};

/// The layout of the roots with these shapes.
template <class... Shapes>
using layout = typename layout_of_shapes<Shapes...>::type;

}  // namespace memscape::inline v0
