// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/text/notes.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/text/shares.hpp>
#include <memscape/exporters/text/table.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What is drawn: the tree and the numbers of a snapshot, of this program or of another.
template <class Nodes, class Errors>
struct text_view {
  Nodes const&
      nodes;  ///< each has `label`, `parent`, `depth`, `end`, `is_group`, as `layout_node` has
  std::size_t size;
  usage const* used;  ///< one for each node
  process_memory const& process;
  std::optional<bytes> untracked;
  std::optional<bytes> overcounted;
  Errors const& errors;  ///< each has `step` and `code`
  text_share* room;      ///< one for each node, of any value

  /// Whether more is claimed than is resident.
  [[nodiscard]] constexpr auto is_overcounted() const noexcept -> bool {
    return process.rss && overcounted && overcounted->value() > 0;
  }
  /// Whether what is tracked and what is untracked are parts of RSS, and make it up.
  [[nodiscard]] constexpr auto is_of_rss() const noexcept -> bool {
    return process.rss && untracked && !is_overcounted();
  }
};

/// Draws a tree: a row for each node with a bar, what it uses and its percentage, a row for what is
/// untracked, then what the system says of the process, and what has to be known of these numbers.
/// `text` is the exporter; this is for whoever has a tree that is not a `layout`.
/// Cost: one pass, beside that of `text_shares`; no allocation. Threads: any; nothing is kept.
template <class Writer, class Nodes, class Errors>
class text_tree {
  using table = text_table<Writer>;
  static constexpr std::string_view untracked_label = "Untracked";

 public:
  using view = text_view<Nodes, Errors>;

  /// The columns of the longest label, indentation included; at least those of our own.
  [[nodiscard]] static constexpr auto label_columns(Nodes const& nodes, std::size_t size,
                                                    bool unicode) noexcept -> std::size_t {
    std::size_t longest = untracked_label.size();
    for (std::size_t i = 0; i < size; ++i) {
      longest = (std::max)(longest, table::label_columns(nodes[i], unicode));
    }
    return longest;
  }

  /// Writes it; `longest` is what `label_columns` returns.
  static constexpr void put(Writer& to, view const& of, text_options const& how,
                            std::size_t longest) noexcept {
    bytes tracked;
    for (std::size_t i = 0; i < of.size; i = of.nodes[i].end) tracked += of.used[i].used;
    // Else parts of RSS would be no parts: percentages are then of what is tracked.
    auto const rest = of.is_of_rss() ? *of.untracked : bytes{};
    auto const whole = tracked + rest;
    auto const used = [&of](std::size_t i) noexcept { return of.used[i].used; };
    auto const untracked = text_shares::deal(of.nodes, of.size, used, rest, of.room);

    table rows{to, how, longest, false};
    for (std::size_t i = 0; i < of.size; ++i) {
      rows.put_node(of.nodes, i, whole, {used(i), {}, of.room[i].tenths, text_style::cyan});
    }
    rows.put_row(untracked_label, whole, {of.untracked, {}, untracked, text_style::dim});
    rows.put_rule();
    text_notes<Writer>::put(rows.lines(), of, how.unicode);
  }
};

}  // namespace memscape::inline v0
