// SPDX-License-Identifier: MIT
#include "terminal.hpp"

#include <langinfo.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <memscape/exporters/text/environment.hpp>
#include <string>

namespace watch {

namespace {

auto is_dumb(char const* kind) -> bool {
  return kind == nullptr || *kind == '\0' || std::string_view{kind} == "dumb";
}

}  // namespace

terminal::terminal() {
  std::setlocale(LC_CTYPE, "");
  is_terminal_ = ::isatty(STDOUT_FILENO) == 1;
  can_redraw_ = is_terminal_ && !is_dumb(std::getenv("TERM"));
  how_ = memscape::text_environment::options(is_terminal_);
  // The system knows its locales better than their names tell.
  how_.unicode = std::string_view{::nl_langinfo(CODESET)} == "UTF-8";
}

terminal::~terminal() { leave(); }

auto terminal::room() const noexcept -> memscape::text_options {
  auto on = how_;
  winsize size{};
  if (is_terminal_ && ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) {
    on.columns = size.ws_col;
  }
  on.columns = std::clamp(on.columns, memscape::text_options::least_columns, std::size_t{500});
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
  auto const line = "watch: " + printable(text, 1000, how_.unicode) + "\n";
  [[maybe_unused]] auto const written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace watch
