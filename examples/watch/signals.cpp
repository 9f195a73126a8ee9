// SPDX-License-Identifier: MIT
#include "signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <stdexcept>

namespace watch {

namespace {

int write_end = -1;

// Only what signal-safety(7) allows.
void note(int signal) {
  int const before = errno;
  char const what = signal == SIGWINCH ? 'w' : 's';
  [[maybe_unused]] auto const written = ::write(write_end, &what, 1);
  errno = before;
}

void handle(int signal) {
  struct sigaction action{};
  action.sa_handler = note;
  action.sa_flags = SA_RESTART;
  ::sigaction(signal, &action, nullptr);
}

}  // namespace

signals::signals() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) throw std::runtime_error{"no pipe for signals"};
  read_ = ends[0];
  write_end = ends[1];
  for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) handle(signal);
  std::signal(SIGPIPE, SIG_IGN);  // a write that fails says so by itself
}

signals::~signals() {
  for (int const signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) std::signal(signal, SIG_DFL);
  ::close(read_);
  ::close(write_end);
}

void signals::wait(std::chrono::milliseconds longest) const noexcept {
  pollfd ready{.fd = read_, .events = POLLIN, .revents = 0};
  ::poll(&ready, 1, static_cast<int>(longest.count()));
}

auto signals::stop_wanted() noexcept -> bool {
  char what = 0;
  while (::read(read_, &what, 1) == 1) stop_ = stop_ || what == 's';
  return stop_;
}

}  // namespace watch
