// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/own_memory.hpp>

namespace memscape::inline v0 {

/// Knows glibc's memory by the marks that it leaves there. What has no such mark is not recognised, and
/// stays `anonymous`: another libc, another glibc, or memory that no mark begins.
/// Cost: one read of memory a question; no allocation.
/// Source: glibc malloc/arena.c (heap_info), malloc/malloc.c (malloc_chunk), nptl/allocatestack.c.
template <class Read = own_memory>
class glibc_marks {
 public:
  /// Heaps of arenas lie at multiples of this, which is twice DEFAULT_MMAP_THRESHOLD_MAX.
  static constexpr std::uint64_t heap_alignment = std::uint64_t{64} << 20U;

  explicit glibc_marks(std::uint64_t page_size = 4096, Read read = {}) noexcept
      : page_{page_size}, read_{read} {}

  /// The size of the arena's heap that begins at `at`, or 0 where none does.
  [[nodiscard]] auto arena_heap(std::uint64_t at) const noexcept -> std::uint64_t {
    if (at % heap_alignment != 0) return 0;
    struct {
      std::uint64_t arena, previous, size, accessible;
    } heap;
    if (!read_(at, &heap, sizeof heap)) return 0;
    // The arena itself stands in its first heap, right behind the heap's head.
    auto const offset = heap.arena % heap_alignment;
    bool const good = heap.arena > heap_alignment && offset >= sizeof heap && offset <= 64 &&
                      heap.previous % heap_alignment == 0 && heap.size != 0 &&
                      heap.size <= heap.accessible && heap.accessible <= heap_alignment &&
                      heap.size % page_ == 0 && heap.accessible % page_ == 0;
    return good ? heap.accessible : 0;
  }

  /// The size of the block that malloc mapped at `at`, or 0 where none begins.
  [[nodiscard]] auto mapped_block(std::uint64_t at, std::uint64_t end) const noexcept
      -> std::uint64_t {
    struct {
      std::uint64_t previous_size, size;
    } chunk;
    if (!read_(at, &chunk, sizeof chunk)) return 0;
    constexpr std::uint64_t flags = 7;
    constexpr std::uint64_t is_mapped = 2;
    auto const size = chunk.size & ~flags;
    bool const good = (chunk.size & flags) == is_mapped && chunk.previous_size == 0 && size != 0 &&
                      size % page_ == 0 && size <= end - at;
    return good ? size : 0;
  }

  /// Where the thread's stack ends whose lowest usable page is `at`, in a mapping that ends at `end`;
  /// 0 where it is none. `stack_size` is what threads get by default, their guard included.
  [[nodiscard]] auto stack_end(std::uint64_t at, std::uint64_t end,
                               std::uint64_t stack_size) const noexcept -> std::uint64_t {
    // A mapping that merged with what lies above it ends later than the stack.
    auto const expected = at - page_ + stack_size;
    if (stack_size > page_ && expected < end && holds_thread(at, expected)) return expected;
    return holds_thread(at, end) ? end : 0;
  }

 private:
  // x86: the thread's control block is in the stack's last page and points to itself, twice.
  [[nodiscard]] auto holds_thread(std::uint64_t begin, std::uint64_t end) const noexcept -> bool {
    std::uint64_t words[512];
    auto const size = std::min<std::uint64_t>(sizeof words, end - begin);
    if (!read_(end - size, words, size)) return false;
    for (std::size_t i = 0; i + 2 < size / sizeof words[0]; i += 8) {
      auto const here = end - size + i * sizeof words[0];
      if (words[i] == here && words[i + 2] == here) return true;
    }
    return false;
  }

  std::uint64_t page_;
  Read read_;
};

}  // namespace memscape::inline v0
