// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <clocale>
#include <cstdlib>
#include <string>

namespace watch {

namespace {

auto environment(char const* name) -> std::string_view {
  char const* const value = std::getenv(name);
  return value == nullptr ? std::string_view{} : value;
}

}  // namespace

terminal::terminal() {
  std::setlocale(LC_CTYPE, "");
  set_.utf8 = std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
  is_terminal_ = ::isatty(STDOUT_FILENO) == 1;
  auto const kind = environment("TERM");
  can_redraw_ = is_terminal_ && !kind.empty() && kind != "dumb";
  colours_ = can_redraw_ && environment("NO_COLOR").empty();  // https://no-color.org
}

terminal::~terminal() { leave(); }

auto terminal::room() const noexcept -> canvas {
  canvas on{.columns = 80, .set = set_, .colours = colours_};
  winsize size{};
  if (is_terminal_ && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    on.columns = size.ws_col;
  } else {
    auto const text = environment("COLUMNS");
    std::from_chars(text.data(), text.data() + text.size(), on.columns);
  }
  on.columns = std::clamp(on.columns, std::size_t{20}, std::size_t{500});
  return on;
}

auto terminal::redraw(std::vector<std::string> const& lines) -> bool {
  winsize size{};
  ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
  std::size_t const rows = size.ws_row > 2 ? size.ws_row : 24;
  std::string text =
      entered_ ? "\x1b[H" : "\x1b[?1049h\x1b[?25l\x1b[H";  // alternate screen, no cursor
  entered_ = true;
  std::size_t const above = lines.size() <= rows ? lines.size() : rows - 2;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (i == above) {
      text += "... " + std::to_string(lines.size() - rows + 1) + " more\x1b[K\r\n";
      i = lines.size() - 1;
    }
    text += lines[i] + "\x1b[K";
    if (i + 1 < lines.size()) text += "\r\n";
  }
  return write(text + "\x1b[J");
}

void terminal::leave() {
  if (entered_) write("\x1b[?25h\x1b[?1049l");
  entered_ = false;
}

auto terminal::write(std::string_view text) -> bool {
  while (!text.empty()) {
    auto const written = ::write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{.fd = STDOUT_FILENO, .events = POLLOUT, .revents = 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      reader_left_ = errno == EPIPE;
      return false;
    }
  }
  return true;
}

void terminal::complain(std::string_view text) {
  auto const line = "watch: " + printable(text, 1000, set_) + "\n";
  [[maybe_unused]] auto const written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace watch
