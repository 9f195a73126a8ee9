// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/text/options.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "picture.hpp"

namespace watch {

/// Stdout: a terminal on which a picture is redrawn in place, or something else that takes lines.
class terminal {
 public:
  terminal();
  ~terminal();
  terminal(terminal const&) = delete;
  auto operator=(terminal const&) -> terminal& = delete;

  /// Whether pictures can be redrawn in place.
  [[nodiscard]] auto can_redraw() const noexcept -> bool { return can_redraw_; }
  /// What there is room for now.
  [[nodiscard]] auto room() const noexcept -> memscape::text_options;

  /// Shows these lines in place of those before; what is too high for the screen is left out in the
  /// middle, so that the last line shows. Returns whether it could be written.
  auto redraw(std::vector<std::string> const& lines) -> bool;
  /// Gives the screen back.
  void leave();
  /// Writes text behind what was written. Returns whether it could be.
  auto write(std::string_view text) -> bool;
  /// Whether what could not be written was not wanted any more: the reader of a pipe has gone.
  [[nodiscard]] auto reader_left() const noexcept -> bool { return reader_left_; }

  /// A line on stderr, made fit for a terminal.
  void complain(std::string_view text);

 private:
  memscape::text_options how_{};
  bool is_terminal_ = false;
  bool can_redraw_ = false;
  bool entered_ = false;
  bool reader_left_ = false;
};

}  // namespace watch
