// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace memscape::inline v0 {

/// How a tree is drawn. The defaults are what survives every terminal, mail and log: ASCII, 80 columns.
struct text_options {
  /// No line is wider; less than `least_columns` is taken as that.
  std::size_t columns = 80;
  /// Draws with box and block characters, and shows labels in UTF-8. Otherwise every character that is
  /// not ASCII becomes `?`.
  bool unicode = false;
  /// Writes colours as SGR sequences. Only where a terminal is known to be: see `text_environment`.
  bool colour = false;

  static constexpr std::size_t least_columns = 20;
};

}  // namespace memscape::inline v0
