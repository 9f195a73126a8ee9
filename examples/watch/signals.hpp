// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>

namespace watch {

/// Signals as something to wait for beside sockets. One object at a time.
class signals {
 public:
  signals();
  ~signals();
  signals(signals const&) = delete;
  auto operator=(signals const&) -> signals& = delete;

  /// Readable when a signal has come.
  [[nodiscard]] auto descriptor() const noexcept -> int { return read_; }

  /// Waits for one, at most this long.
  void wait(std::chrono::milliseconds longest) const noexcept;

  /// Takes note of those that came. Returns whether the program was asked to stop.
  auto stop_wanted() noexcept -> bool;

 private:
  int read_ = -1;
  bool stop_ = false;
};

}  // namespace watch
