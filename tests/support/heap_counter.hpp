// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace test_support {

/// Calls into the heap by one thread: malloc, calloc, realloc and every aligned form count as
/// allocations, also when they come from libc or a C library, where operator new never passes.
struct heap_calls {
  std::uint64_t allocations = 0;
  std::uint64_t frees = 0;
  std::uint64_t bytes = 0;

  friend auto operator-(heap_calls a, heap_calls b) noexcept -> heap_calls {
    return {a.allocations - b.allocations, a.frees - b.frees, a.bytes - b.bytes};
  }
};

/// What the calling thread has done since it started.
[[nodiscard]] auto heap_calls_of_this_thread() noexcept -> heap_calls;

/// Counts the calling thread's heap calls while `work` runs.
template <class Work>
[[nodiscard]] auto heap_calls_in(Work&& work) -> heap_calls {
  auto const before = heap_calls_of_this_thread();
  work();
  return heap_calls_of_this_thread() - before;
}

}  // namespace test_support
