// SPDX-License-Identifier: MIT
#include "console.hpp"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cstddef>

namespace demo {

auto print_line(int descriptor, std::string_view who, std::string_view text) noexcept -> bool {
  pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0) return false;

  // A pipe that polls writable takes 512 bytes at least (POSIX's PIPE_BUF) without blocking.
  std::array<char, 512> line;
  std::size_t size = 0;
  auto const put = [&](std::string_view part) {
    for (char const c : part) {
      if (size + 1 == line.size()) return;
      bool const control = static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
      line[size++] = control ? ' ' : c;
    }
  };
  put(who);
  put(": ");
  put(text);
  line[size++] = '\n';
  return ::write(descriptor, line.data(), size) == static_cast<ssize_t>(size);
}

}  // namespace demo
