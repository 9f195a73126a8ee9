// SPDX-License-Identifier: MIT
#pragma once

#include <csetjmp>
#include <csignal>
#include <pthread.h>

#include <atomic>
#include <cstdint>

namespace demo {

/// A call that another thread can end at any instruction, for code that cannot be asked to stop.
///
/// The thread gets a signal and jumps out of the call from its handler: whatever the code was in the middle of stays
/// as it is and must not be used again. So the code owns nothing outside of what is thrown away with it, has no
/// destructors to run, and brackets with `hold` and `let_go` what must not be left half done, such as a change under
/// a lock. Asked to end inside of the brackets, the call ends at the last `let_go`.
class breakable_call {
 public:
  /// Takes SIGURG for the process.
  breakable_call() noexcept;
  breakable_call(breakable_call const&) = delete;
  auto operator=(breakable_call const&) -> breakable_call& = delete;

  /// Calls `work(with)` on this thread. False when it was ended, or may not begin any more.
  [[nodiscard]] auto run(void (*work)(void*), void* with) noexcept -> bool;

  /// Within the call, on its thread; pairs may be nested. The last `let_go` may not return.
  void hold() noexcept;
  void let_go() noexcept;

  /// From any thread while the call's thread exists. The number of the call that goes on; 0 when none does.
  [[nodiscard]] auto number() const noexcept -> std::uint64_t { return number_; }
  /// Ends that call, and no other. Call it again while the call goes on: under a sanitizer for threads it may take
  /// more than one signal, and a call that never leaves the program's own code is not ended.
  void end(std::uint64_t number) noexcept;
  /// Ends the call that goes on, if any, and lets no other begin. Call it again, as `end`.
  void close() noexcept;
  [[nodiscard]] auto is_closed() const noexcept -> bool { return closed_; }

 private:
  static void on_signal(int signal, siginfo_t* about, void* context);
  [[nodiscard]] auto has_to_end() const noexcept -> bool;

  std::atomic<std::uint64_t> number_{0};
  std::atomic<std::uint64_t> ended_{0};  // the number of the last call that has to end
  std::atomic<bool> closed_{false};
  std::atomic<pthread_t> thread_{};
  // The rest is the call's thread's own, and its handler's.
  std::atomic<unsigned> held_{0};
  std::uint64_t last_ = 0;
  bool is_whole_ = false;
  sigjmp_buf before_{};
};

}  // namespace demo
