// SPDX-License-Identifier: MIT
// The counter that the other files here rely on has to see every way into the heap.
#include "support/heap_counter.hpp"

#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <new>
#include <thread>

namespace {

using test_support::heap_calls_in;

// The compiler may drop an allocation whose block nobody sees.
auto see(void* block) -> void* {
  void* volatile seen = block;
  return seen;
}

TEST_CASE("heap_counter: each allocating function counts once, and its free once") {
  struct {
    char const* name;
    void* (*allocate)();
  } const ways[] = {
      {"malloc", [] { return std::malloc(10); }},
      {"calloc", [] { return std::calloc(2, 5); }},
      {"realloc", [] { return std::realloc(nullptr, 10); }},
      {"aligned_alloc", [] { return std::aligned_alloc(64, 128); }},
      {"posix_memalign",
       [] {
         void* block = nullptr;
         return posix_memalign(&block, 64, 10) == 0 ? block : nullptr;
       }},
      {"inside libc", [] { return static_cast<void*>(strdup("nine char")); }},
  };
  for (auto const& way : ways) {
    CAPTURE(way.name);
    auto const calls = heap_calls_in([&] { std::free(see(way.allocate())); });
    CHECK(calls.allocations == 1);
    CHECK(calls.frees == 1);
    CHECK(calls.bytes >= 10);
  }
}

TEST_CASE("heap_counter: operator new passes through malloc") {
  auto const calls = heap_calls_in([] { ::operator delete(see(::operator new(100))); });
  CHECK(calls.allocations == 1);
  CHECK(calls.bytes == 100);
}

TEST_CASE("heap_counter: a thread counts its own calls alone") {
  test_support::heap_calls others{};
  auto const mine = heap_calls_in([&] {
    std::thread{[&] {
      others = heap_calls_in([] {
        for (auto i = 0; i < 1000; ++i) std::free(see(std::malloc(10)));
      });
    }}.join();
  });
  CHECK(others.allocations == 1000);
  CHECK(mine.allocations < 10);
}

TEST_CASE("heap_counter: work without an allocation counts nothing") {
  auto const calls = heap_calls_in([] { see(nullptr); });
  CHECK(calls.allocations == 0);
  CHECK(calls.frees == 0);
}

}  // namespace
