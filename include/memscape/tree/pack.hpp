// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
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

}  // namespace memscape::inline v0
