// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <iterator>
#include <map>
#include <memscape/ledger/threads/glibc_threads.hpp>
#include <memscape/ledger/threads/thread_list.hpp>
#include <vector>

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
  CHECK_FALSE_MESSAGE(stack(robust - 65'536, 131'072, 4095), "a guard is whole pages");
}

// A process as it lies in memory: words at places.
struct laid_out {
  std::map<std::uint64_t, std::uint64_t>* words;
  std::uint64_t hole = 0;
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    for (std::size_t i = 0; i < size / 8; ++i) {
      auto const at = words->find(from + i * 8);
      std::uint64_t const word = at == words->end() ? 0 : at->second;
      std::memcpy(static_cast<char*>(into) + i * 8, &word, sizeof word);
    }
    return true;
  }
  [[nodiscard]] auto is_mapped(std::uint64_t from, std::uint64_t size) const noexcept -> bool {
    return hole < from || hole >= from + size;
  }
};

TEST_CASE("glibc_threads: links of the main thread in the heap of a static program are no stack") {
  constexpr std::uint64_t robust = 0xd346a0;  // as gdb shows them, at a fixed place
  constexpr std::uint64_t user = 0xd33290;
  std::map<std::uint64_t, std::uint64_t> words{
      {robust - 32, user},  {robust - 24, user}, {robust - 16, 978},
      {robust - 8, robust}, {robust, robust},    {robust + 0x3b8, 0x7fffffffe728}};
  CHECK_FALSE(glibc_threads<laid_out>{laid_out{&words}}.stack_of(robust, 978));
}

TEST_CASE("glibc_threads: a function and what it is given are no stack, though they hold it") {
  constexpr std::uint64_t robust = 0x7ffff7ff19a0;
  std::map<std::uint64_t, std::uint64_t> words{
      {robust - 16, 981},
      {robust + 0x358, 0x401945},  // starts there, with a block above
      {robust + 0x360, 0x7ffff8500010},
      {robust + 0x3b0, 0x7ffff77f1000},
      {robust + 0x3b8, 0x801000},
      {robust + 0x3c0, 0x1000},
      {robust + 0x3c8, 0x1000}};
  laid_out const memory{&words, 0x10000000};
  auto const stack = glibc_threads<laid_out>{memory}.stack_of(robust, 981);
  REQUIRE(stack);
  CHECK(stack->begin == 0x7ffff77f1000);
  CHECK(stack->end == 0x7ffff7ff2000);
  // What ends without a stack of its own has none.
  words.erase(robust + 0x3b0);
  CHECK_FALSE(glibc_threads<laid_out>{memory}.stack_of(robust, 981));
}

TEST_CASE("glibc_threads: the three lists are told apart by their threads, in any order") {
  constexpr std::uint64_t main = 0xd346a0;
  constexpr std::uint64_t heads = 0xd1b320;
  constexpr std::uint64_t lives = 0x7ffff77f09a0;
  constexpr std::uint64_t ended = 0x7ffff6fef9a0;
  std::map<std::uint64_t, std::uint64_t> words;
  auto const ring = [&words](std::uint64_t head, std::uint64_t robust) {
    auto const thread = robust == 0 ? head : robust - 32;
    words[head] = words[head + 8] = thread;
    words[thread] = words[thread + 8] = head;
  };
  auto const thread = [&words](std::uint64_t robust, std::uint64_t tid) {
    words[robust - 16] = tid;
    words[robust + 0x3b0] = (robust & ~0xfffULL) - 0x800000;
    words[robust + 0x3b8] = 0x801000;
    words[robust + 0x3c0] = 0x1000;
  };
  unsigned order[] = {0, 1,
                      2};  // of the main thread's list, the other living ones', the ended ones'
  do {
    words.clear();
    thread(lives, 982);
    thread(ended, 0);
    ring(heads + 16 * order[0], main);
    ring(heads + 16 * order[1], lives);
    ring(heads + 16 * order[2], ended);
    words[main - 16] = 978;
    std::vector<std::uint64_t> kept;
    CHECK(glibc_threads<laid_out>{laid_out{&words}}.each_kept(
        main, 978, [&kept](memscape::stack_extent one) { kept.push_back(one.begin); }));
    CHECK(kept == std::vector<std::uint64_t>{(ended & ~0xfffULL) - 0x800000});
  } while (std::next_permutation(std::begin(order), std::end(order)));
}

#endif

}  // namespace
