// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/glibc_threads.hpp>
#include <memscape/ledger/thread_list.hpp>

#include "ledger/waiting_threads.hpp"

namespace {

using memscape::glibc_threads;
using test_support::waiting_threads;

#if defined(__GLIBC__)

// What the C library says of the thread's stack, without the guard.
auto told(pthread_t thread) -> memscape::stack_extent {
  pthread_attr_t how;
  void* begin = nullptr;
  std::size_t size = 0;
  REQUIRE(::pthread_getattr_np(thread, &how) == 0);
  ::pthread_attr_getstack(&how, &begin, &size);
  ::pthread_attr_destroy(&how);
  auto const at = reinterpret_cast<std::uintptr_t>(begin);
  return {at, at + size};
}

TEST_CASE("glibc_threads: a thread's stack is what pthread_getattr_np says, of any size") {
  for (std::size_t const size :
       {std::size_t{64} << 10U, std::size_t{8} << 20U, std::size_t{100} << 20U}) {
    pthread_attr_t how;
    ::pthread_attr_init(&how);
    ::pthread_attr_setstacksize(&how, size);
    waiting_threads const threads{5, &how};
    for (auto const handle : threads.handles()) {
      auto const right = told(handle);
      bool found = false;
      for (auto const tid : threads.tids()) {
        auto const stack = glibc_threads<>{}.stack_of(memscape::robust_list_of(tid), tid);
        REQUIRE(stack);
        // With the guard.
        found = found || (stack->end == right.end && stack->begin <= right.begin &&
                          right.begin - stack->begin <= 65'536);
      }
      CHECK(found);
    }
    ::pthread_attr_destroy(&how);
  }
}

TEST_CASE("glibc_threads: the main thread has no such stack, nor has a thread of another number") {
  auto const own = memscape::robust_list_of(::getpid());
  CHECK_FALSE(glibc_threads<>{}.stack_of(own, ::getpid()));
  waiting_threads const threads{1};
  auto const other = memscape::robust_list_of(threads.tids()[0]);
  CHECK(glibc_threads<>{}.stack_of(other, threads.tids()[0]));
  CHECK_FALSE(glibc_threads<>{}.stack_of(other, threads.tids()[0] + 1));
}

TEST_CASE("glibc_threads: stacks of ended threads are kept, and found in the C library's list") {
  auto const kept = [] {
    std::size_t n = 0;
    bool const known = glibc_threads<>{}.each_kept(
        memscape::robust_list_of(::getpid()), ::getpid(),
        [&n](memscape::stack_extent stack) { n += stack.end > stack.begin ? 1 : 0; });
    return known ? static_cast<int>(n) : -1;
  };
  if (kept() < 0) {
    MESSAGE("skipped: the list's place is known from glibc 2.34 on");
    return;
  }
  {
    waiting_threads const threads{3};
    (void)kept();
  }
  CHECK(kept() >= 3);
  // As many as there were take them again.
  auto const before = kept();
  waiting_threads const threads{2};
  CHECK(kept() == before - 2);
}

TEST_CASE(
    "glibc_threads: words that imitate a stack's are none where they do not hold the thread") {
  static std::uint64_t words[1024];
  struct fake {
    auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
      auto const begin = reinterpret_cast<std::uintptr_t>(words);
      if (from < begin || from + size > begin + sizeof words) return false;
      std::memcpy(into, reinterpret_cast<void const*>(from), size);
      return true;
    }
  };
  auto const robust = reinterpret_cast<std::uintptr_t>(words + 512);
  auto const stack = [&](std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    std::memset(words, 0, sizeof words);
    words[540] = a;
    words[541] = b;
    words[542] = c;
    return glibc_threads<fake>{}.stack_of(robust, 0);
  };
  REQUIRE(stack(robust - 65'536, 131'072, 4096));
  CHECK(stack(robust - 65'536, 131'072, 4096)->end == robust + 65'536);
  CHECK_FALSE(stack(robust - 65'536, 65'536, 4096));
  CHECK_FALSE(stack(robust + 8, 131'072, 4096));
  CHECK_FALSE_MESSAGE(stack(robust - 65'536, robust, 4096), "a pointer is no size");
  CHECK_FALSE_MESSAGE(stack(robust - 65'536, 131'072, 131'072), "all of it is guard");
  CHECK_FALSE(stack(0, UINT64_MAX, 0));
}

#endif

}  // namespace
