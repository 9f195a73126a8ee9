// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/ledger/linux/own_memory.hpp>

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

  /// What reads the memory.
  [[nodiscard]] auto reader() const noexcept -> Read const& { return read_; }
  [[nodiscard]] auto reader() noexcept -> Read& { return read_; }

  /// The size of the arena's heap that begins at `at`, or 0 where none does.
  [[nodiscard]] auto arena_heap(std::uint64_t at) const noexcept -> std::uint64_t {
    heap_head heap{};
    if (at % heap_alignment != 0 || !read_head(at, heap)) return 0;
    auto const first = heap.arena / heap_alignment * heap_alignment;
    // The first heap has its arena in it; each further one goes back to an earlier one of that arena.
    if (heap.previous == 0) return first == at && is_arena(heap.arena) ? heap.accessible : 0;
    heap_head other{};
    bool const good = first != at && heap.previous != at && read_head(first, other) &&
                      other.previous == 0 && other.arena == heap.arena &&
                      read_head(heap.previous, other) && other.arena == heap.arena &&
                      is_arena(heap.arena);
    return good ? heap.accessible : 0;
  }

  /// Of the arena's heap at `at`, what the arena has of it: the rest it gave back, or never had. 0 where none is.
  [[nodiscard]] auto heap_in_use(std::uint64_t at) const noexcept -> std::uint64_t {
    heap_head heap{};
    return read_head(at, heap) ? heap.size : 0;
  }

  /// The size of the block that malloc mapped, if these are the first words of its first page; else 0.
  [[nodiscard]] auto mapped_block(own_memory::head const& chunk) const noexcept -> std::uint64_t {
    return chunk.first == 0 ? block_size(chunk) : 0;
  }
  /// The size of the block that malloc mapped at `at`, or 0 where none begins.
  [[nodiscard]] auto mapped_block(std::uint64_t at) const noexcept -> std::uint64_t {
    // A block that was asked for at a boundary has a second mark before that, and if it is resized, only
    // that one has its size.
    constexpr std::uint64_t offsets[] = {0, 48, 112, 240, 496, 1008, 2032, 4080};
    std::uint64_t places[std::size(offsets)];
    own_memory::head chunks[std::size(offsets)];
    for (std::size_t i = 0; i < std::size(offsets); ++i) places[i] = at + offsets[i];
    if (read_.heads(places, chunks, std::size(offsets)) != std::size(offsets)) return 0;
    auto const size = mapped_block(chunks[0]);
    for (std::size_t i = 1; i < std::size(offsets) && size != 0; ++i) {
      if (chunks[i].first != offsets[i]) continue;
      if (auto const other = block_size(chunks[i]); other != 0) return other;
    }
    return size;
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
  static constexpr std::uint64_t most_block = std::uint64_t{1} << 56U;  // of address space

  struct heap_head {
    std::uint64_t arena, previous, size, accessible;
  };

  [[nodiscard]] auto read_head(std::uint64_t at, heap_head& into) const noexcept -> bool {
    if (!read_(at, &into, sizeof into)) return false;
    // The arena itself stands in its first heap, right behind the heap's head.
    auto const offset = into.arena % heap_alignment;
    return into.arena > heap_alignment && offset >= sizeof into && offset <= 64 &&
           into.previous % heap_alignment == 0 && into.size != 0 && into.size <= into.accessible &&
           into.accessible <= heap_alignment && into.size % page_ == 0 &&
           into.accessible % page_ == 0;
  }

  // What the chunk and what lies before it in its block have in sum.
  [[nodiscard]] auto block_size(own_memory::head const& chunk) const noexcept -> std::uint64_t {
    constexpr std::uint64_t flags = 7;
    constexpr std::uint64_t is_mapped = 2;
    auto const size = (chunk.second & ~flags) + chunk.first;
    bool const good = (chunk.second & flags) == is_mapped && size > chunk.first &&
                      size % page_ == 0 && size <= most_block;
    return good ? size : 0;
  }

  // Its bins are rings: those that are empty, as most are, begin and end in themselves.
  [[nodiscard]] auto is_arena(std::uint64_t at) const noexcept -> bool {
    std::uint64_t words[224];
    if (!read_(at, words, sizeof words)) return false;
    unsigned empty = 0;
    for (std::size_t i = 0; i + 1 < std::size(words); ++i) {
      auto const bin = at + i * sizeof words[0] - 2 * sizeof words[0];
      if (words[i] == bin && words[i + 1] == bin && ++empty == enough_bins) return true;
    }
    return false;
  }
  static constexpr unsigned enough_bins = 4;

  // x86: the thread's control block is in the stack's last page and points to itself, twice.
  [[nodiscard]] auto holds_thread(std::uint64_t begin, std::uint64_t end) const noexcept -> bool {
    std::uint64_t words[512];
    auto const size = (std::min<std::uint64_t>)(sizeof words, end - begin);
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
