// SPDX-License-Identifier: MIT
#include "program_thread.hpp"

#include <csignal>

#include <algorithm>

namespace demo {

program_thread::~program_thread() {
  stop();
  if (!thread_.joinable()) return;
  {
    std::unique_lock lock{mutex_};
    while (!changed_.wait_for(lock, std::chrono::milliseconds{20}, [this] { return is_over_; })) {
      programs_.call().close();
    }
  }
  thread_.join();
}

void program_thread::start() {
  // The signals that end the demo are for threads that are never jumped out of.
  sigset_t stops;
  sigset_t before;
  ::sigemptyset(&stops);
  for (int const signal : {SIGINT, SIGTERM}) ::sigaddset(&stops, signal);
  ::pthread_sigmask(SIG_BLOCK, &stops, &before);
  try {
    thread_ = std::thread{[this] { run(); }};
  } catch (...) {
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    throw;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

void program_thread::check(steady::time_point now) noexcept {
  auto& call = programs_.call();
  auto const number = call.number();
  if (watchdog_.is_over(number, now)) call.end(number);
}

void program_thread::stop() noexcept {
  std::lock_guard const lock{mutex_};
  if (stopping_) return;
  stopping_ = true;
  changed_.notify_all();
  programs_.call().close();
}

void program_thread::run() {
  auto earliest = steady::now();
  while (wait(std::max(programs_.due(), earliest))) {
    programs_.run_one(steady::now());
    earliest = steady::now() + programs::pause;
  }
  std::lock_guard const lock{mutex_};
  is_over_ = true;
  changed_.notify_all();
}

// False when the thread has to end.
auto program_thread::wait(steady::time_point until) -> bool {
  std::unique_lock lock{mutex_};
  auto const stopping = [this] { return stopping_; };
  if (until == steady::time_point::max()) {
    changed_.wait(lock, stopping);
  } else {
    changed_.wait_until(lock, until, stopping);
  }
  return !stopping_;
}

}  // namespace demo
