// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

namespace memscape::inline v0 {

#if defined(__linux__)
extern "C" {
// Under names of our own, so that the headers which declare or rename them do no harm.
auto memscape_dlsym(void*, char const*) noexcept -> void* __asm__("dlsym") __attribute__((weak));
auto memscape_block_malloc(std::size_t) noexcept -> void* __asm__("malloc");
void memscape_block_free(void*) noexcept __asm__("free");
}
#endif

/// The function `name` of the process: `linked`, the address of a weak declaration, or what the loader finds. A
/// program that is not position-independent leaves a weak declaration null although a preloaded object has it; a
/// static one has no loader.
/// Cost: a search of the loaded objects where `linked` is null, some µs; the C library may allocate a message.
/// Threads: any. Source: dlsym(3).
template <class Function>
[[nodiscard]] auto find_symbol([[maybe_unused]] Function* linked,
                               [[maybe_unused]] char const* name) noexcept -> Function* {
#if defined(__linux__)
  if (linked != nullptr) return linked;
  auto* const find = &memscape_dlsym;
  if (find == nullptr) return nullptr;
  return reinterpret_cast<Function*>(find(nullptr, name));  // null: RTLD_DEFAULT
#else
  return linked;
#endif
}

/// A block from the process's malloc while it lives, to ask an allocator whether it is that one's. It is not
/// touched. Elsewhere than on Linux there is none.
class malloc_block {
 public:
  explicit malloc_block([[maybe_unused]] std::size_t size) noexcept {
#if defined(__linux__)
    block_ = memscape_block_malloc(size);
#endif
  }
  malloc_block(malloc_block const&) = delete;
  auto operator=(malloc_block const&) -> malloc_block& = delete;
  ~malloc_block() {
#if defined(__linux__)
    memscape_block_free(block_);
#endif
  }

  [[nodiscard]] auto address() const noexcept -> void const* { return block_; }

 private:
  // Volatile, because compilers leave out an allocation that nobody looks at.
  void* volatile block_ = nullptr;
};

}  // namespace memscape::inline v0
