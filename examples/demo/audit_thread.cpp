// SPDX-License-Identifier: MIT
#include "audit_thread.hpp"

#include <algorithm>

namespace demo {

using steady = std::chrono::steady_clock;

audit_thread::audit_thread(runtime const& of, std::chrono::milliseconds every,
                           std::function<void()> wake,
                           std::function<void(memory_ledger const&)> take)
    : every_{every},
      wake_{std::move(wake)},
      take_{std::move(take)},
      memory_{of, *this},
      auditor_{memory_} {}

audit_thread::~audit_thread() {
  stop();
  if (thread_.joinable()) thread_.join();
}

void audit_thread::start() {
  thread_ = std::thread{[this] { run(); }};
}

void audit_thread::serve() {
  std::lock_guard const lock{mutex_};
  if (work_ == nullptr) return;
  (*work_)();
  work_ = nullptr;
  changed_.notify_all();
}

void audit_thread::request() noexcept {
  std::lock_guard const lock{mutex_};
  requested_ = true;
  changed_.notify_all();
}

void audit_thread::stop() noexcept {
  std::lock_guard const lock{mutex_};
  stopping_ = true;
  work_ = nullptr;
  changed_.notify_all();
}

void audit_thread::at_the_owner(std::function<void()> const& work) {
  std::unique_lock lock{mutex_};
  if (stopping_) return;
  work_ = &work;
  wake_();
  changed_.wait(lock, [this] { return work_ == nullptr; });
}

void audit_thread::run() {
  auto cost = std::chrono::nanoseconds{};
  do {
    auto const& made = audit();
    cost = std::chrono::nanoseconds{made.cost_ns};
    at_the_owner([&] { take_(made); });
  } while (wait(cost));
}

// An auditor books all the time that passes, and this one waits for others within it.
auto audit_thread::audit() noexcept -> memory_ledger const& {
  made_ = auditor_.audit();
  auto const waited = static_cast<std::uint64_t>(memory_.take_waited().count());
  made_.cost_ns -= std::min(made_.cost_ns, waited);
  made_.longest_slice_ns -= std::min(made_.longest_slice_ns, waited);
  return made_;
}

// Until the next audit is due; false when there is none any more.
auto audit_thread::wait(std::chrono::nanoseconds cost) -> bool {
  auto const now = steady::now();
  std::unique_lock lock{mutex_};
  auto const due = [this] { return stopping_ || requested_; };
  if (every_.count() == 0) {
    changed_.wait(lock, due);
  } else {
    changed_.wait_until(lock, now + pause_after(cost, every_), due);
  }
  auto const least = every_.count() == 0 ? pause : std::min(every_, pause);
  changed_.wait_until(lock, now + least, [this] { return stopping_; });
  requested_ = false;
  return !stopping_;
}

}  // namespace demo
