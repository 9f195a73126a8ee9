// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <chrono>
#include <string>

#include "allocators/heap_share.hpp"
#include "breakable_call.hpp"
#include "script.hpp"

struct lua_State;
struct lua_Debug;

namespace demo {

using steady = std::chrono::steady_clock;

/// One Lua program that is run over and over, a slice at a time.
///
/// Each program has an interpreter and memory of its own, so nothing it does reaches another; all of it counts
/// in the one GC heap. A count hook looks at the clock and takes the thread back when the slice is over, wherever
/// the program is: in an endless loop, inside pcall, in coroutines within coroutines.
///
/// Where Lua cannot yield (a comparison function of table.sort, a message handler) the hook can only wait, and in
/// one call into C, such as a pattern that backtracks for minutes, there is no hook. A program that stays there
/// keeps the thread until somebody ends the `breakable_call` that it runs in. It is then never looked at again:
/// its memory is given back as a whole.
///
/// Programs see Lua's base, coroutine, table, string, math and utf8 libraries, os without what touches
/// the system, `print`, and `sleep(seconds)`, which lets the others go on.
class program {
 public:
  /// All programs of one thread share a call.
  program(script source, gc_heap& heap, breakable_call& call);
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

  enum class outcome { none, no_memory, no_start, yielded, ended, failed };

  void fail(std::string const& why);
  void drop() noexcept;

  script source_;
  gc_heap& heap_;
  breakable_call& call_;
  heap_share memory_;
  lua_State* state_ = nullptr;   // lies in `memory_`, and goes with it
  lua_State* thread_ = nullptr;  // the coroutine that the text runs in
  outcome outcome_ = outcome::none;
  int status_ = 0;   // Lua's word for it
  int results_ = 0;  // what a yield left on the stack
  bool ended_ = false;
  bool handed_back_ = false;  // a yield that is the host's business and not the program's
  // Where the program was seen last after its slice was over; no line when it was not.
  std::array<char, 64> overdue_source_{};
  int overdue_line_ = 0;
  steady::time_point slice_end_{};
  steady::time_point due_{};
  steady::time_point printing_since_{};
  unsigned lines_printed_ = 0;
};

}  // namespace demo
