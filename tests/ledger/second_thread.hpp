// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace test_support {

/// A thread that is there and waits.
class second_thread {
 public:
  second_thread()
      : thread_{[this] {
          std::unique_lock lock{mutex_};
          changed_.wait(lock, [this] { return over_; });
        }} {}
  second_thread(second_thread const&) = delete;
  auto operator=(second_thread const&) -> second_thread& = delete;
  ~second_thread() {
    {
      std::lock_guard const lock{mutex_};
      over_ = true;
    }
    changed_.notify_one();
    thread_.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool over_ = false;
  std::thread thread_;
};

/// As fork(3), without a word to pthread_atfork handlers or to malloc.
[[nodiscard]] inline auto fork_by_libc_alone() -> ::pid_t { return ::_Fork(); }

}  // namespace test_support
