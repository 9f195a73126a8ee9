// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <vector>

namespace test_support {

/// Threads of POSIX's own interface that do something, and then wait to be let go.
class waiting_threads {
 public:
  explicit waiting_threads(int n, pthread_attr_t const* how = nullptr,
                           std::function<void()> work = {})
      : work_{std::move(work)} {
    for (int i = 0; i < n; ++i) start(how);
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [&] { return tids_.size() == threads_.size(); });
  }
  waiting_threads(waiting_threads const&) = delete;
  auto operator=(waiting_threads const&) -> waiting_threads& = delete;
  ~waiting_threads() {
    {
      std::lock_guard const lock{mutex_};
      go_ = true;
    }
    changed_.notify_all();
    for (auto const thread : threads_) ::pthread_join(thread, nullptr);
  }

  [[nodiscard]] auto tids() const -> std::vector<::pid_t> const& { return tids_; }
  [[nodiscard]] auto handles() const -> std::vector<pthread_t> const& { return threads_; }

 private:
  void start(pthread_attr_t const* how) {
    pthread_t thread{};
    auto const body = [](void* self) -> void* {
      static_cast<waiting_threads*>(self)->run();
      return nullptr;
    };
    if (::pthread_create(&thread, how, body, this) == 0) threads_.push_back(thread);
  }
  void run() {
    if (work_) work_();
    std::unique_lock lock{mutex_};
    tids_.push_back(static_cast<::pid_t>(::syscall(SYS_gettid)));
    changed_.notify_all();
    changed_.wait(lock, [this] { return go_; });
  }

  std::function<void()> work_;
  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool go_ = false;
  std::vector<::pid_t> tids_{};
  std::vector<pthread_t> threads_{};
};

}  // namespace test_support
