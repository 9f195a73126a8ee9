// SPDX-License-Identifier: MIT
#include "audit_thread.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;

// The thread that owns the allocators: the test's. It serves when it is woken, and only then.
class owner {
 public:
  explicit owner(std::chrono::milliseconds every) {
    audits_.emplace(
        memory_, every, [this] { wake(); },
        [this](demo::memory_ledger const& made) {
          taken_by_ = std::this_thread::get_id();
          sequences_.push_back(made.sequence);
          last_ = made;
        });
  }

  auto audits() -> demo::audit_thread& { return *audits_; }
  void end() { audits_.reset(); }

  // Until the audit wants something.
  void wait() {
    std::unique_lock lock{mutex_};
    woken_.wait(lock, [this] { return wanted_; });
    wanted_ = false;
  }
  void serve_until(std::size_t ledgers) {
    while (sequences_.size() < ledgers) {
      wait();
      audits_->serve();
    }
  }

  demo::runtime memory_{1, 4};
  std::vector<std::uint64_t> sequences_;
  demo::memory_ledger last_{};
  std::thread::id taken_by_;

 private:
  void wake() {
    std::lock_guard const lock{mutex_};
    wanted_ = true;
    woken_.notify_one();
  }

  std::mutex mutex_;
  std::condition_variable woken_;
  bool wanted_ = false;
  std::optional<demo::audit_thread> audits_;
};

using sequences = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("audit_thread: begins with an audit, and hands the ledger over within serve") {
  owner self{0ms};
  void* const block = self.memory_.scratch.allocate(1000, 1);
  REQUIRE(block != nullptr);
  self.audits().start();
  self.serve_until(1);
  CHECK(self.sequences_ == sequences{1});
  CHECK(self.taken_by_ == std::this_thread::get_id());
  REQUIRE(self.last_.rss);
  CHECK(*self.last_.rss > memscape::bytes{});
  auto const& scratch = self.last_.at<"scratch_arena">();
  CHECK(scratch.said.used == memscape::bytes{1000});
  CHECK(scratch.claimed == memscape::bytes{demo::runtime::scratch_size});
  // Nobody waits for it.
  self.audits().serve();
  CHECK(self.sequences_ == sequences{1});
}

TEST_CASE("audit_thread: makes another when it is asked to") {
  for (auto const every : {0ms, 3'600'000ms}) {
    owner self{every};
    self.audits().start();
    self.serve_until(1);
    self.audits().request();
    self.serve_until(2);
    CHECK(self.sequences_ == sequences{1, 2});
  }
}

TEST_CASE("audit_thread: makes one after the other by itself") {
  owner self{1ms};
  self.audits().start();
  self.serve_until(4);
  CHECK(self.sequences_ == sequences{1, 2, 3, 4});
}

TEST_CASE("audit_thread: what it waits for the owner and the heap is no cost of an audit") {
  static constexpr auto slow = 20ms;
  auto const spend = [] {
    auto const start = std::chrono::steady_clock::now();
    while (std::chrono::steady_clock::now() - start < slow) {
    }
  };
  for (bool const is_heap_busy : {false, true}) {
    owner self{0ms};
    self.audits().start();
    std::chrono::nanoseconds waited{};
    while (self.sequences_.empty()) {
      self.wait();
      std::atomic<bool> is_busy = false;
      std::thread program;
      if (is_heap_busy) {
        program = std::thread{[&] {
          auto const lock = self.memory_.heap.look();
          is_busy = true;
          spend();
        }};
        while (!is_busy) std::this_thread::yield();
      } else {
        spend();
      }
      self.audits().serve();
      if (program.joinable()) program.join();
      if (self.sequences_.empty()) waited += slow;
    }
    REQUIRE(waited >= 2 * slow);
    CAPTURE(self.last_.cost_ns);
    CAPTURE(self.last_.duration_ns);
    CHECK(self.last_.cost_ns > 0);
    CHECK(self.last_.cost_ns + static_cast<std::uint64_t>(waited.count()) <=
          self.last_.duration_ns);
    CHECK(self.last_.longest_slice_ns == self.last_.cost_ns);
  }
}

TEST_CASE("audit_thread: a dear audit puts off the next one, and not for long") {
  using demo::audit_thread;
  static_assert(audit_thread::pause_after(2ms, 10'000ms) == 10s);
  static_assert(audit_thread::pause_after(2s, 10'000ms) == 18s);
  static_assert(audit_thread::pause_after(60s, 10'000ms) == 30s);
  static_assert(audit_thread::pause_after(std::chrono::nanoseconds::max(), 1ms) == 30s);
  static_assert(audit_thread::pause_after(60s, 3'600'000ms) == 1h);
}

TEST_CASE("audit_thread: stops while it waits for the owner") {
  for (bool const is_told : {true, false}) {
    owner self{1ms};
    self.audits().start();
    self.wait();
    if (is_told) self.audits().stop();
    self.end();
    CHECK(self.sequences_.empty());
  }
}

TEST_CASE("audit_thread: stops while it hands a ledger over") {
  owner self{1ms};
  self.audits().start();
  self.serve_until(1);
  self.wait();
  self.audits().serve();
  self.end();
  CHECK(self.sequences_.size() <= 2);
}

TEST_CASE("audit_thread: stops between two audits, also where one was asked for") {
  for (auto const every : {0ms, 3'600'000ms}) {
    for (bool const is_asked : {true, false}) {
      owner self{every};
      self.audits().start();
      self.serve_until(1);
      if (is_asked) self.audits().request();
      self.audits().stop();
      self.audits().serve();
      self.end();
      CHECK(self.sequences_ == sequences{1});
    }
  }
}

TEST_CASE("audit_thread: one that was not started ends, and asks nothing of anybody") {
  owner self{0ms};
  self.audits().request();
  self.audits().serve();
  self.audits().stop();
  self.end();
  CHECK(self.sequences_.empty());
}
