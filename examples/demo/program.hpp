// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "allocators/gc_heap.hpp"
#include "script.hpp"

struct lua_State;
struct lua_Debug;

namespace demo {

using steady = std::chrono::steady_clock;

/// One Lua program that is run over and over, a slice at a time.
///
/// Each program has an interpreter of its own, so nothing it does to its globals or libraries reaches
/// another; all of them allocate from the one GC heap. A count hook looks at the clock and takes the
/// thread back when the slice is over, wherever the program is: in an endless loop, inside pcall, in
/// coroutines within coroutines. In the few places where Lua cannot yield (a comparison function of
/// table.sort, a replacement function of string.gsub) it gets a grace, then an error. What no hook can
/// interrupt is one call into C, such as a pattern that backtracks for minutes.
///
/// Programs see Lua's base, coroutine, table, string, math and utf8 libraries, os without what touches
/// the system, `print`, and `sleep(seconds)`, which lets the others go on.
class program {
 public:
  program(script source, gc_heap& heap);
  program(program&&) = delete;
  ~program();

  /// Compiles the text and says what is wrong with it; empty when nothing is.
  [[nodiscard]] auto check() -> std::string;

  /// Runs until it sleeps, ends, fails or `slice` is over.
  void run(steady::time_point now, std::chrono::microseconds slice);

  /// When it wants to run next; time_point::max() after it has failed.
  [[nodiscard]] auto due() const noexcept -> steady::time_point { return due_; }
  [[nodiscard]] auto failed() const noexcept -> bool { return due_ == steady::time_point::max(); }

 private:
  friend struct lua_side;

  struct close_state {
    void operator()(lua_State* state) const noexcept;
  };

  void start();
  void fail(std::string const& why);

  script source_;
  gc_heap& heap_;
  std::unique_ptr<lua_State, close_state> state_;
  lua_State* thread_ = nullptr;  // the coroutine that the text runs in
  bool ended_ = false;
  bool handed_back_ = false;  // a yield that is the host's business and not the program's
  bool overdue_ = false;  // did not come back in time: every further instruction raises an error
  steady::time_point slice_end_{};
  steady::time_point due_{};
  steady::time_point printing_since_{};
  unsigned lines_printed_ = 0;
};

}  // namespace demo
