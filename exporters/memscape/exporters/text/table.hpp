// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/bar.hpp>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/text/options.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// The figures of a row, and how they are coloured.
struct text_figures {
  std::optional<bytes> amount{};  ///< what the bar and the percentage are of
  std::optional<bytes> beside{};  ///< a second amount, where the table has a column for it
  unsigned tenths = 0;
  std::string_view style{};
};

/// Rows of a label, a bar, an amount, where it is wanted another amount, and a percentage.
/// Cost: a few copies a row. Threads: one at a time.
template <class Writer>
class text_table {
 public:
  static constexpr std::size_t level_columns = 3;
  static constexpr std::size_t amount_columns = 8;   // 1023 KiB
  static constexpr std::size_t percent_columns = 6;  // 100.0%

  /// `longest` is how many columns the longest label takes, `beside` whether there is a second amount.
  constexpr text_table(Writer& to, text_options const& how, std::size_t longest,
                       bool beside) noexcept
      : to_{to}, how_{how}, lines_{to, how} {
    auto const room = lines_.columns();
    constexpr auto column = 1 + amount_columns;
    // A narrow screen has room for one amount.
    has_beside_ = beside && room >= least_for_beside;
    auto const cells = column + (has_beside_ ? column : 0) + 1 + percent_columns;
    auto const rest = room > cells ? room - cells : 0;
    label_columns_ = (std::min)(longest, rest >= 24 ? rest / 5 * 3 : rest);
    is_cut_ = label_columns_ < longest;
    if (rest > label_columns_ + 5) {
      bar_columns_ = (std::min)(rest - label_columns_ - 1, text_bar::most_columns);
    }
    columns_ = label_columns_ + (bar_columns_ > 0 ? 1 + bar_columns_ : 0) + cells;
  }

  [[nodiscard]] constexpr auto lines() noexcept -> text_lines<Writer>& { return lines_; }

  /// What the columns are, as a row.
  constexpr void put_head(std::string_view amount, std::string_view beside,
                          std::string_view share) noexcept {
    lines_.blanks(label_columns_ + (bar_columns_ > 0 ? 1 + bar_columns_ : 0));
    lines_.cell(amount, amount_columns);
    if (has_beside_) lines_.cell(beside, amount_columns);
    lines_.cell(share, percent_columns);
    to_.put('\n');
  }

  /// The row of a node. `nodes[i]` knows `label`, `parent`, `depth`, `end` and `is_group`, and may know
  /// `is_path`: then its label is cut in the middle where it is too long.
  template <class Nodes>
  constexpr void put_node(Nodes const& nodes, std::size_t i, bytes whole,
                          text_figures const& of) noexcept {
    auto const indent = put_guides(nodes, i);
    auto const style = nodes[i].is_group ? text_style::bold : std::string_view{};
    bool cuts_middle = false;
    if constexpr (requires { nodes[i].is_path; }) cuts_middle = nodes[i].is_path;
    put_label(nodes[i].label, label_columns_ - indent, style, cuts_middle);
    put_figures(whole, of);
  }

  /// A row that is no node's.
  constexpr void put_row(std::string_view label, bytes whole, text_figures const& of) noexcept {
    put_label(label, label_columns_, of.style);
    put_figures(whole, of);
  }

  constexpr void put_rule() noexcept {
    lines_.styled(text_style::dim, [this] { lines_.rule(columns_); });
    to_.put('\n');
  }

  /// The columns of a node's label, indentation included.
  template <class Node>
  [[nodiscard]] static constexpr auto label_columns(Node const& node, bool unicode) noexcept
      -> std::size_t {
    return level_columns * node.depth + text_label::columns_of(node.label, unicode);
  }

 private:
  static constexpr std::size_t least_for_beside = 40;

  constexpr void put_label(std::string_view label, std::size_t columns, std::string_view style,
                           bool cuts_middle = false) noexcept {
    std::size_t used = 0;
    lines_.styled(style, [&] {
      used = cuts_middle ? text_label::put_ends(to_, label, columns, how_.unicode)
                         : text_label::put(to_, label, columns, how_.unicode);
    });
    lines_.blanks(columns - used);
  }

  constexpr void put_figures(bytes whole, text_figures const& of) noexcept {
    if (bar_columns_ > 0) {
      to_.put(' ');
      // An empty bar would say 0.
      if (!of.amount) lines_.blanks(bar_columns_);
      if (of.amount) {
        lines_.styled(of.style, [&] {
          text_bar::put(to_, of.amount->value(), whole.value(), bar_columns_, how_.unicode);
        });
      }
    }
    lines_.cell(text_amount::of(of.amount).view(), amount_columns);
    if (has_beside_) {
      // What has no second amount is not lacking one.
      lines_.cell(of.beside ? text_amount::of(of.beside).view() : "", amount_columns);
    }
    bool const has_share = of.amount && whole.value() > 0;
    auto const share = has_share ? text_amount::percent(of.tenths) : text_amount::none();
    lines_.cell(share.view(), percent_columns);
    to_.put('\n');
  }

  // The lines that lead from a group to its children; of a deep tree on a narrow screen the innermost.
  // Returns the columns they take.
  template <class Nodes>
  constexpr auto put_guides(Nodes const& nodes, std::size_t i) noexcept -> std::size_t {
    std::size_t const depth = nodes[i].depth;
    auto const levels = is_cut_ ? (std::min)(depth, label_columns_ / 2 / level_columns) : depth;
    // Bit n: the ancestor at depth n + 1 has siblings below it. Deeper than that nobody draws.
    std::uint64_t open = 0;
    for (std::size_t at = i; nodes[at].depth > 0; at = nodes[at].parent) {
      bool const is_last = nodes[at].end == nodes[nodes[at].parent].end;
      if (!is_last) open |= std::uint64_t{1} << (nodes[at].depth - 1) % 64;
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
  text_options const& how_;
  text_lines<Writer> lines_;
  std::size_t label_columns_ = 0;
  bool is_cut_ = false;  // not every label fits
  bool has_beside_ = false;
  std::size_t bar_columns_ = 0;
  std::size_t columns_ = 0;
};

}  // namespace memscape::inline v0
