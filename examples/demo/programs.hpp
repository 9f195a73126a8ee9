// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

#include "breakable_call.hpp"
#include "program.hpp"

namespace demo {

/// All programs, taking turns. One thread calls `run_one` when `due` says so.
class programs {
 public:
  /// A busy program gets a slice, then nobody runs until the pause is over: programs that never sleep take a
  /// quarter of a core together, whatever their number.
  static constexpr auto slice = std::chrono::microseconds{1000};
  static constexpr auto pause = std::chrono::microseconds{3000};

  explicit programs(gc_heap& heap) : heap_{heap} {}

  /// Throws std::runtime_error with a sentence when the text does not compile.
  void add(script source);

  /// Runs the program that is due the longest, if any is.
  void run_one(steady::time_point now);

  /// When the next one is due; time_point::max() when none will ever be.
  [[nodiscard]] auto due() const noexcept -> steady::time_point;

  /// What the program that has its turn runs in: another thread may end it.
  [[nodiscard]] auto call() noexcept -> breakable_call& { return call_; }

 private:
  gc_heap& heap_;
  breakable_call call_;
  std::vector<std::unique_ptr<program>> all_;
};

}  // namespace demo
