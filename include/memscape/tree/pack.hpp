// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/usage.hpp>
#include <utility>

namespace memscape::inline v0 {

/// One element of a `pack`.
template <std::size_t Index, class T>
struct pack_slot {
  [[no_unique_address]] T value;
};

template <class Indices, class... Ts>
struct pack_base;

template <std::size_t... Indices, class... Ts>
struct pack_base<std::index_sequence<Indices...>, Ts...> : pack_slot<Indices, Ts>... {
  /// Calls `visit(element)` for each element, in order. Always inline: else clang keeps what `visit`
  /// captures in memory, and the walk over a tree takes six times as long.
  template <class Visit>
  [[gnu::always_inline]] constexpr void for_each(Visit&& visit) const noexcept {
    (visit(static_cast<pack_slot<Indices, Ts> const&>(*this).value), ...);
  }
};

/// Holds the children of a group. In place of std::tuple because it is one level deep however many
/// elements there are, and costs a third of the compile time.
template <class... Ts>
using pack = pack_base<std::index_sequence_for<Ts...>, Ts...>;

/// A node without its names, which are a layout's; a node of another's that cannot be parted from them is itself.
template <class Node>
struct without_names {
  using type = Node;
};
template <class Node>
  requires requires { typename Node::nameless; }
struct without_names<Node> {
  using type = typename Node::nameless;
};
template <class Node>
using nameless_of = typename without_names<Node>::type;

/// Samples every node of a tree into `next` and behind it, in pre-order: the walk of a registry.
/// Cost: about 2 ns a leaf, and what its source does.
template <class Indices, class... Nodes>
[[gnu::always_inline]] constexpr void sample_each(pack_base<Indices, Nodes...> const& nodes,
                                                  usage* next) noexcept {
  nodes.for_each([&next]<class Node>(Node const& node) __attribute__((always_inline)) {
    node.sample_into(next);
    next += Node::shape::size;
  });
}

}  // namespace memscape::inline v0
