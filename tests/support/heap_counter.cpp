// SPDX-License-Identifier: MIT
// Takes the place of the C heap's functions in the program that links it, and counts on the way to
// glibc. Sanitizers do the same, so the two do not go together.
#include <cerrno>
#include <cstddef>

#include "heap_counter.hpp"

extern "C" {
// glibc's names for its own functions: the only way to them that does not itself allocate, as
// dlsym does.
auto __libc_malloc(std::size_t) -> void*;
auto __libc_calloc(std::size_t, std::size_t) -> void*;
auto __libc_realloc(void*, std::size_t) -> void*;
auto __libc_memalign(std::size_t, std::size_t) -> void*;
void __libc_free(void*);
}

namespace {

// Constant-initialised, so touching it on a thread's first allocation allocates nothing.
constinit thread_local test_support::heap_calls calls;

void count_allocation(std::size_t size) noexcept {
  ++calls.allocations;
  calls.bytes += size;
}

}  // namespace

auto test_support::heap_calls_of_this_thread() noexcept -> heap_calls { return calls; }

extern "C" {

auto malloc(std::size_t size) noexcept -> void* {
  count_allocation(size);
  return __libc_malloc(size);
}

auto calloc(std::size_t n, std::size_t size) noexcept -> void* {
  count_allocation(n * size);
  return __libc_calloc(n, size);
}

auto realloc(void* old, std::size_t size) noexcept -> void* {
  count_allocation(size);
  return __libc_realloc(old, size);
}

auto memalign(std::size_t alignment, std::size_t size) noexcept -> void* {
  count_allocation(size);
  return __libc_memalign(alignment, size);
}

auto aligned_alloc(std::size_t alignment, std::size_t size) noexcept -> void* {
  count_allocation(size);
  return __libc_memalign(alignment, size);
}

auto posix_memalign(void** out, std::size_t alignment, std::size_t size) noexcept -> int {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  count_allocation(size);
  auto* const block = __libc_memalign(alignment, size);
  if (block == nullptr) return ENOMEM;
  *out = block;
  return 0;
}

void free(void* block) noexcept {
  if (block != nullptr) ++calls.frees;
  __libc_free(block);
}
}
