// SPDX-License-Identifier: MIT
#include "breakable_call.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace {

// Under a sanitizer for threads only code of libraries is left, and this is none: see program_thread.cpp for that.
#if defined __SANITIZE_THREAD__
constexpr bool leaves_own_code = false;
#elif defined __has_feature
constexpr bool leaves_own_code = !__has_feature(thread_sanitizer);
#else
constexpr bool leaves_own_code = true;
#endif

// Spins where nothing is called, as a pattern that backtracks does.
struct spinner {
  demo::breakable_call call;
  std::atomic<bool> began{false};

  static void spin(void* with) {
    static_cast<spinner*>(with)->began = true;
    for (std::atomic<unsigned> turns{0};; ++turns) {
    }
  }
  static void nothing(void*) {}
};

}  // namespace

TEST_CASE("breakable_call: what ends by itself is whole, and numbered") {
  demo::breakable_call call;
  int ran = 0;
  auto const work = [](void* with) { ++*static_cast<int*>(with); };
  for (int i = 1; i <= 3; ++i) {
    CHECK(call.run(work, &ran));
    CHECK(ran == i);
    CHECK(call.number() == 0);
  }
}

TEST_CASE("breakable_call: what never ends is ended, and the thread goes on") {
  if (!leaves_own_code) {
    MESSAGE("skipped: under a sanitizer for threads the program's own code is not left");
    return;
  }
  spinner self;
  int ended = 0;
  std::thread runs{[&] {
    for (int i = 0; i < 20; ++i) {
      self.began = false;
      ended += self.call.run(&spinner::spin, &self) ? 0 : 1;
    }
  }};
  // Of each call once: the number of one that is over ends no other.
  for (std::uint64_t i = 1; i <= 20; ++i) {
    while (self.call.number() != i || !self.began) std::this_thread::yield();
    self.call.end(i - 1);
    self.call.end(i);
  }
  runs.join();
  CHECK(ended == 20);
}

TEST_CASE("breakable_call: the number of a call that is over ends no other") {
  spinner self;
  bool is_whole = true;
  std::atomic<bool> is_over{false};
  std::thread runs{[&] {
    for (int i = 0; i < 20000; ++i)
      is_whole = self.call.run(&spinner::nothing, nullptr) && is_whole;
    is_over = true;
  }};
  // Always one too late.
  while (!is_over) {
    if (auto const number = self.call.number(); number > 1) self.call.end(number - 1);
  }
  runs.join();
  CHECK(is_whole);
}

TEST_CASE("breakable_call: closed, it ends and begins no more") {
  if (!leaves_own_code) {
    MESSAGE("skipped: under a sanitizer for threads the program's own code is not left");
    return;
  }
  spinner self;
  bool first = true;
  bool second = true;
  std::thread runs{[&] {
    first = self.call.run(&spinner::spin, &self);
    second = self.call.run(&spinner::nothing, nullptr);
  }};
  while (!self.began) std::this_thread::yield();
  self.call.close();
  runs.join();
  CHECK_FALSE(first);
  CHECK_FALSE(second);
  CHECK(self.call.is_closed());
}

TEST_CASE("breakable_call: what is held is not left half done") {
  struct counter {
    demo::breakable_call call;
    std::mutex mutex;
    unsigned long one = 0;
    unsigned long two = 0;

    static void count(void* with) {
      auto& self = *static_cast<counter*>(with);
      for (;;) {
        self.call.hold();
        self.call.hold();
        self.mutex.lock();
        ++self.one;
        self.call.let_go();
        ++self.two;
        self.mutex.unlock();
        self.call.let_go();
      }
    }
  };
  counter self;
  std::atomic<int> ended{0};
  std::thread runs{[&] {
    for (int i = 0; i < 200; ++i) ended += self.call.run(&counter::count, &self) ? 0 : 1;
  }};
  for (int before = 0; before < 200; before = ended) {
    self.call.end(self.call.number());
    std::lock_guard const lock{self.mutex};
    REQUIRE(self.one == self.two);
  }
  runs.join();
  CHECK(self.one == self.two);
  CHECK(self.one > 0);
}
