// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <memscape/exporters/writer.hpp>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// How many nodes one constant is computed from: compilers bound the steps of a constant, clang to 2^20, and the
/// names of eight nodes take half of that when they are as long and as strange as can be.
inline constexpr std::size_t node_block = 8;

/// Goes through nodes in blocks, each of them constants to `visit`, which is called as
/// `visit.template operator()<Begin, End>()`. Cost: of `visit`, once a block.
template <std::size_t Count, std::size_t Block = node_block, class Visit>
[[gnu::always_inline]] constexpr void each_node_block(Visit&& visit) noexcept {
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    (visit.template operator()<Index * Block, (std::min)(Count, Index * Block + Block)>(), ...);
  }(std::make_index_sequence<(Count + Block - 1) / Block>{});
}

/// A text a node, one behind the other, as one constant. `Part::put(writer&, std::size_t)` writes that of a node, or
/// nothing.
/// Cost: none at run time.
template <std::size_t Count, class Part>
class node_texts {
  template <std::size_t Begin, std::size_t End>
  static constexpr auto ends = [] {
    std::array<std::size_t, End - Begin> made{};
    writer counter;
    for (std::size_t i = Begin; i < End; ++i) {
      Part::put(counter, i);
      made[i - Begin] = counter.size();
    }
    return made;
  }();

  template <std::size_t Begin, std::size_t End>
  static constexpr auto block = [] {
    std::array<char, ends<Begin, End>.back()> made{};
    writer to{made};
    for (std::size_t i = Begin; i < End; ++i) Part::put(to, i);
    return made;
  }();

 public:
  /// Where the text of each node begins, and behind them where the last one ends.
  static constexpr auto begin = [] {
    std::array<std::size_t, Count + 1> made{};
    each_node_block<Count>([&made]<std::size_t Begin, std::size_t End>() {
      for (std::size_t i = Begin; i < End; ++i)
        made[i + 1] = made[Begin] + ends<Begin, End>[i - Begin];
    });
    return made;
  }();

  /// All of them.
  static constexpr auto text = [] {
    std::array<char, begin[Count]> made{};
    writer to{made};
    each_node_block<Count>(
        [&to]<std::size_t Begin, std::size_t End>() { to.put(block<Begin, End>); });
    return made;
  }();

  /// That of a node.
  [[nodiscard]] static constexpr auto of(std::size_t i) noexcept -> std::string_view {
    return {text.data() + begin[i], begin[i + 1] - begin[i]};
  }
};

}  // namespace memscape::inline v0
