// SPDX-License-Identifier: MIT
#pragma once

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

}  // namespace memscape::inline v0
