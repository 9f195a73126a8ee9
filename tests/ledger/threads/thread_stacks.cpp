// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/threads/thread_stacks.hpp>
#include <mutex>
#include <vector>

#include "ledger/support.hpp"
#include "ledger/waiting_threads.hpp"
#include "readers/support.hpp"

namespace {

using memscape::thread_stacks;
using test_support::waiting_threads;

// Addresses only rise.
auto holds_all(thread_stacks<>& stacks, std::vector<std::uint64_t> addresses) -> bool {
  std::sort(addresses.begin(), addresses.end());
  return std::all_of(addresses.begin(), addresses.end(),
                     [&](std::uint64_t at) { return stacks.at(at).inside; });
}

TEST_CASE("thread_stacks: of more threads than fit a window, each") {
  std::vector<std::uint64_t> tops;
  std::mutex mutex;
  pthread_attr_t how;
  ::pthread_attr_init(&how);
  ::pthread_attr_setstacksize(&how, std::size_t{256} << 10U);
  constexpr int n = 1200;
  static_assert(n > 2 * static_cast<int>(thread_stacks<>::capacity));
  waiting_threads const threads{n, &how, [&] {
                                  int on_stack = 0;
                                  std::lock_guard const lock{mutex};
                                  tops.push_back(reinterpret_cast<std::uintptr_t>(&on_stack));
                                }};
  ::pthread_attr_destroy(&how);
  if (test_support::sanitized) tops.clear();  // locals may lie elsewhere
  auto const stacks = std::make_unique<thread_stacks<>>();
  stacks->restart();
  CHECK(stacks->why() == 0);
  CHECK(stacks->missing() == 0);
  CHECK(stacks->found() >= threads.tids().size());
  CHECK(holds_all(*stacks, tops));
}

TEST_CASE("thread_stacks: a piece ends where the stack does, and where the next begins") {
  auto* const block = static_cast<char*>(::mmap(
      nullptr, std::size_t{4} << 20U, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  auto const at = reinterpret_cast<std::uintptr_t>(block);
  constexpr std::uint64_t mebibyte = 1U << 20U;
  pthread_attr_t how;
  ::pthread_attr_init(&how);
  ::pthread_attr_setstack(&how, block + mebibyte, mebibyte);
  {
    waiting_threads const threads{1, &how};
    auto const stacks = std::make_unique<thread_stacks<>>();
    stacks->restart();
    auto const below = stacks->at(at);
    CHECK_FALSE(below.inside);
    CHECK(below.until == at + mebibyte);
    auto const inside = stacks->at(at + mebibyte);
    CHECK(inside.inside);
    CHECK(inside.until == at + 2 * mebibyte);
    CHECK_FALSE(stacks->at(at + 2 * mebibyte).inside);
  }
  ::pthread_attr_destroy(&how);
  ::munmap(block, 4 * mebibyte);
}

auto idle(void* go_on) -> int {
  while (*static_cast<int volatile*>(go_on) == 0) ::syscall(SYS_sched_yield);
  return 0;
}

TEST_CASE("thread_stacks: a thread that the C library did not make is missing") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's runtime knows no such threads");
    return;
  }
  auto const missing = test_support::in_child([] {
    static int go_on = 0;
    static char stack[65'536];
    // In TLS of its parent's, which it does not use.
    auto const tid = ::clone(
        idle, stack + sizeof stack,
        CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM, &go_on);
    if (tid < 0) return std::uint64_t{77};
    static thread_stacks<> stacks;
    stacks.restart();
    return stacks.missing();
  });
  CHECK(missing == 1);
}

TEST_CASE("thread_stacks: where a call is denied no stack is known, and the errno says why") {
  for (long const call :
       {static_cast<long>(SYS_get_robust_list), static_cast<long>(SYS_process_vm_readv),
        static_cast<long>(SYS_getdents64)}) {
    CAPTURE(call);
    auto const why = test_support::in_child([call] {
      if (!test_support::deny({call}, EPERM)) return EPERM;
      static thread_stacks<> stacks;
      stacks.restart();
      return stacks.at(0).inside ? 0 : stacks.why();
    });
    CHECK(why == EPERM);
  }
}

}  // namespace
