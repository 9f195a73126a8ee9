// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "programs.hpp"
#include "watchdog.hpp"

namespace demo {

/// Runs the programs on a thread of its own, so that nobody waits for one that does not come back, and stops such a
/// program when somebody calls `check` every `watchdog::tick`.
class program_thread {
 public:
  /// A program may keep the thread for `limit`.
  program_thread(programs& all, std::chrono::milliseconds limit) noexcept
      : programs_{all}, watchdog_{limit} {}
  program_thread(program_thread&&) = delete;
  ~program_thread();

  /// Throws std::system_error when there can be no thread.
  void start();

  /// Stops the program that has kept the thread for too long, if one has.
  void check(steady::time_point now) noexcept;

  /// Ends the thread soon, wherever a program is.
  void stop() noexcept;

 private:
  void run();
  [[nodiscard]] auto wait(steady::time_point until) -> bool;

  programs& programs_;
  watchdog watchdog_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  bool is_over_ = false;
  std::thread thread_;
};

}  // namespace demo
