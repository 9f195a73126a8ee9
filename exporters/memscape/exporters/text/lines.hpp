// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/text/strip.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// The ways a text is coloured: SGR sequences of ECMA-48, 8.3.117.
struct text_style {
  static constexpr std::string_view bold = "\x1b[1m";
  static constexpr std::string_view dim = "\x1b[2m";
  static constexpr std::string_view yellow = "\x1b[33m";
  static constexpr std::string_view cyan = "\x1b[36m";
  static constexpr std::string_view off = "\x1b[0m";
};

/// Writes text in lines of bounded width.
/// Cost: a few comparisons a piece. Threads: one at a time.
template <class Writer>
class text_lines {
 public:
  constexpr text_lines(Writer& to, text_options const& how) noexcept
      : to_{to}, how_{how}, columns_{(std::max)(how.columns, text_options::least_columns)} {}

  [[nodiscard]] constexpr auto columns() const noexcept -> std::size_t { return columns_; }

  /// Has `write` write in a style, where colours are wanted.
  template <class Write>
  constexpr void styled(std::string_view style, Write const& write) noexcept {
    bool const colours = how_.colour && !style.empty();
    if (colours) to_.put(style);
    write();
    if (colours) to_.put(text_style::off);
  }

  constexpr void blanks(std::size_t columns) noexcept { repeat(blank, columns); }

  /// A line across so many columns.
  constexpr void rule(std::size_t columns) noexcept {
    if (how_.unicode) {
      repeat(box_rule, columns);
    } else {
      repeat(ascii_rule, columns);
    }
  }

  /// A text of ASCII at the right of so many columns, behind one blank.
  constexpr void cell(std::string_view text, std::size_t columns) noexcept {
    blanks(columns + 1 - text.size());
    to_.put(text);
  }

  /// A piece of a sentence: behind the one before it, or on a line of its own where it does not fit. It is
  /// made of parts of any bytes, and cut where the line ends.
  template <class... Parts>
  constexpr void piece(std::string_view separator, std::string_view style,
                       Parts const&... parts) noexcept {
    auto const wanted = (std::size_t{0} + ... + text_label::columns_of(parts, how_.unicode));
    auto const gap = text_label::columns_of(separator, how_.unicode);
    if (used_ > 0 && used_ + gap + wanted > columns_) {
      end();
      blanks(used_ = indent_);
    } else if (used_ > 0) {
      to_.put(separator);
      used_ += gap;
    }
    bool const is_cut = used_ + wanted > columns_;
    styled(style, [&] {
      bool whole = true;
      (put_part(parts, is_cut ? columns_ - 1 : columns_, whole), ...);
      if (is_cut) text_label::put_ellipsis(to_, how_.unicode);
    });
    used_ += is_cut ? 1 : 0;
  }

  /// Has lines that a sentence goes on in begin with so many blanks, which are fewer than the columns.
  constexpr void hang(std::size_t columns) noexcept { indent_ = columns; }

  /// Ends the line, if there is something in it.
  constexpr void end() noexcept {
    if (used_ > 0) to_.put('\n');
    used_ = 0;
  }

 private:
  static constexpr std::size_t at_once = 64;
  static constexpr text_strip<at_once, 1> blank{" "};
  static constexpr text_strip<at_once, 1> ascii_rule{"-"};
  static constexpr text_strip<at_once, 3> box_rule{"\xE2\x94\x80"};

  // As much of it as there is room for, if the parts before it were whole.
  constexpr void put_part(std::string_view part, std::size_t room, bool& whole) noexcept {
    if (!whole) return;
    auto const wanted = text_label::columns_of(part, how_.unicode);
    auto const used = text_label::put_start(to_, part, room - used_, how_.unicode);
    whole = used == wanted;
    used_ += used;
  }

  constexpr void repeat(auto const& strip, std::size_t columns) noexcept {
    for (; columns > at_once; columns -= at_once) to_.put(strip.view(at_once));
    to_.put(strip.view(columns));
  }

  Writer& to_;
  text_options const& how_;
  std::size_t columns_;
  std::size_t used_ = 0;
  std::size_t indent_ = 0;
};

}  // namespace memscape::inline v0
