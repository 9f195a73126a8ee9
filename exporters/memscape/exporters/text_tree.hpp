// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/text_amount.hpp>
#include <memscape/exporters/text_bar.hpp>
#include <memscape/exporters/text_label.hpp>
#include <memscape/exporters/text_lines.hpp>
#include <memscape/exporters/text_notes.hpp>
#include <memscape/exporters/text_options.hpp>
#include <memscape/exporters/text_shares.hpp>
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
 public:
  using view = text_view<Nodes, Errors>;

  /// The columns of the longest label, indentation included; at least those of our own.
  [[nodiscard]] static constexpr auto label_columns(Nodes const& nodes, std::size_t size,
                                                    bool unicode) noexcept -> std::size_t {
    std::size_t longest = untracked_label.size();
    for (std::size_t i = 0; i < size; ++i) {
      longest = (std::max)(longest, level_columns * nodes[i].depth +
                                        text_label::columns_of(nodes[i].label, unicode));
    }
    return longest;
  }

  /// Writes it; `longest` is what `label_columns` returns.
  static constexpr void put(Writer& to, view const& of, text_options const& how,
                            std::size_t longest) noexcept {
    text_tree{to, of, how, longest}.put_all();
  }

 private:
  static constexpr std::string_view untracked_label = "Untracked";
  static constexpr std::size_t level_columns = 3;
  static constexpr std::size_t amount_columns = 8;   // 1023 KiB
  static constexpr std::size_t percent_columns = 6;  // 100.0%

  constexpr text_tree(Writer& to, view const& of, text_options const& how,
                      std::size_t longest) noexcept
      : to_{to}, of_{of}, how_{how}, lines_{to, how} {
    constexpr std::size_t cells = 1 + amount_columns + 1 + percent_columns;
    auto const rest = lines_.columns() > cells ? lines_.columns() - cells : 0;
    label_columns_ = (std::min)(longest, rest >= 24 ? rest / 5 * 3 : rest);
    is_cut_ = label_columns_ < longest;
    if (rest > label_columns_ + 5) {
      bar_columns_ = (std::min)(rest - label_columns_ - 1, text_bar::most_columns);
    }
    table_columns_ = label_columns_ + (bar_columns_ > 0 ? 1 + bar_columns_ : 0) + cells;

    bytes tracked;
    for (std::size_t i = 0; i < of.size; i = of.nodes[i].end) tracked += of.used[i].used;
    // Else parts of RSS would be no parts: percentages are then of what is tracked.
    auto const rest_of_rss = of.is_of_rss() ? *of.untracked : bytes{};
    whole_ = tracked + rest_of_rss;
    untracked_tenths_ = text_shares::deal(of.nodes, of.size, of.used, rest_of_rss, of.room);
  }

  constexpr void put_all() noexcept {
    for (std::size_t i = 0; i < of_.size; ++i) put_node(i);
    put_untracked();
    lines_.styled(text_style::dim, [this] { lines_.rule(table_columns_); });
    to_.put('\n');
    text_notes<Writer>::put(lines_, of_, how_.unicode);
  }

  constexpr void put_node(std::size_t i) noexcept {
    auto const& node = of_.nodes[i];
    auto const indent = put_guides(i);
    auto const style = node.is_group ? text_style::bold : std::string_view{};
    put_label(node.label, label_columns_ - indent, style);
    put_amount(of_.used[i].used, of_.room[i].tenths, text_style::cyan);
  }

  constexpr void put_untracked() noexcept {
    put_label(untracked_label, label_columns_, text_style::dim);
    put_amount(of_.untracked, untracked_tenths_, text_style::dim);
  }

  constexpr void put_label(std::string_view label, std::size_t columns,
                           std::string_view style) noexcept {
    std::size_t used = 0;
    lines_.styled(style, [&] { used = text_label::put(to_, label, columns, how_.unicode); });
    lines_.blanks(columns - used);
  }

  constexpr void put_amount(std::optional<bytes> const& amount, unsigned tenths,
                            std::string_view style) noexcept {
    if (bar_columns_ > 0) {
      to_.put(' ');
      // An empty bar would say 0.
      if (!amount) lines_.blanks(bar_columns_);
      if (amount) {
        lines_.styled(style, [&] {
          text_bar::put(to_, amount->value(), whole_.value(), bar_columns_, how_.unicode);
        });
      }
    }
    lines_.cell(text_amount::of(amount).view(), amount_columns);
    bool const has_share = amount && whole_.value() > 0;
    auto const share = has_share ? text_amount::percent(tenths) : text_amount::none();
    lines_.cell(share.view(), percent_columns);
    to_.put('\n');
  }

  // The lines that lead from a group to its children; of a deep tree on a narrow screen the innermost.
  // Returns the columns they take.
  constexpr auto put_guides(std::size_t i) noexcept -> std::size_t {
    auto const depth = of_.nodes[i].depth;
    auto const levels = is_cut_ ? (std::min)(depth, label_columns_ / 2 / level_columns) : depth;
    // Bit n: the ancestor at depth n + 1 has siblings below it. Deeper than that nobody draws.
    std::uint64_t open = 0;
    for (auto at = i; of_.nodes[at].depth > 0; at = of_.nodes[at].parent) {
      bool const is_last = of_.nodes[at].end == of_.nodes[of_.nodes[at].parent].end;
      if (!is_last) open |= std::uint64_t{1} << (of_.nodes[at].depth - 1) % 64;
    }
    for (auto level = depth - levels; level < depth; ++level) {
      bool const is_open = (open >> level % 64 & 1U) != 0;
      if (level + 1 == depth) {
        to_.put(how_.unicode ? (is_open ? "\xE2\x94\x9C\xE2\x94\x80 " : "\xE2\x94\x94\xE2\x94\x80 ")
                             : (is_open ? "|- " : "`- "));
      } else {
        to_.put(!is_open ? "   " : how_.unicode ? "\xE2\x94\x82  " : "|  ");
      }
    }
    return levels * level_columns;
  }

  Writer& to_;
  view const& of_;
  text_options const& how_;
  text_lines<Writer> lines_;
  std::size_t label_columns_ = 0;
  bool is_cut_ = false;  // not every label fits
  std::size_t bar_columns_ = 0;
  std::size_t table_columns_ = 0;
  bytes whole_{};
  unsigned untracked_tenths_ = 0;
};

}  // namespace memscape::inline v0
