// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <memscape/ledger/malloc/glibc_marks.hpp>

#include "ledger/fake_memory.hpp"

namespace {

// Words of a made-up memory; what is not listed is zero, below `end`.
struct words : test_support::fake_memory<words> {
  explicit words(std::map<std::uint64_t, std::uint64_t> const* those,
                 std::uint64_t limit = UINT64_MAX)
      : of{those}, end{limit} {}
  std::map<std::uint64_t, std::uint64_t> const* of;
  std::uint64_t end = UINT64_MAX;
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    if (from + size > end) return false;
    std::memset(into, 0, size);
    for (auto const& [at, word] : *of) {
      if (at >= from && at + 8 <= from + size) {
        std::memcpy(static_cast<char*>(into) + (at - from), &word, 8);
      }
    }
    return true;
  }
};

constexpr std::uint64_t heap_size = std::uint64_t{64} << 20U;
constexpr std::uint64_t heap = heap_size * 16;
constexpr std::uint64_t arena = heap + 0x30;

using memory_map = std::map<std::uint64_t, std::uint64_t>;

auto arena_heap(memory_map const& memory, std::uint64_t at) {
  return memscape::glibc_marks<words>{4096, words{&memory}}.arena_heap(at);
}

// An arena of which some bins are empty, in its first heap.
auto make_heap() -> memory_map {
  memory_map made{{heap, arena}, {heap + 8, 0}, {heap + 16, 0x21000}, {heap + 24, 0x22000}};
  for (auto bin = arena + 0x70; bin < arena + 0xF0; bin += 16) {
    made[bin] = made[bin + 8] = bin - 16;
  }
  return made;
}

TEST_CASE("glibc_marks: the heap of an arena") {
  auto const good = make_heap();
  CHECK(arena_heap(good, heap) == 0x22000);
  CHECK(arena_heap(good, heap + 4096) == 0);
  auto changed = [&](std::uint64_t at, std::uint64_t word) {
    auto memory = good;
    memory[at] = word;
    return arena_heap(memory, heap);
  };
  CHECK(changed(heap, heap + 0x100) == 0);
  CHECK(changed(heap, 0x30) == 0);
  CHECK_MESSAGE(changed(heap, heap * 2 + 0x20) == 0, "the first heap has its arena in it");
  CHECK_MESSAGE(changed(heap + 8, heap - heap_size) == 0, "and none before it");
  CHECK(changed(heap + 8, 4096) == 0);
  CHECK(changed(heap + 16, 0) == 0);
  CHECK(changed(heap + 16, 0x23000) == 0);
  CHECK(changed(heap + 16, 0x21008) == 0);
  CHECK(changed(heap + 24, std::uint64_t{1} << 30U) == 0);
  CHECK_MESSAGE((memscape::glibc_marks<words>{4096, words{&good, heap + 8}}.arena_heap(heap)) == 0,
                "memory that is gone");
}

TEST_CASE("glibc_marks: data that looks like the head of a heap, without an arena") {
  memory_map const head{{heap, arena}, {heap + 8, 0}, {heap + 16, 0x21000}, {heap + 24, 0x22000}};
  CHECK(arena_heap(head, heap) == 0);
  auto copy = make_heap();
  for (std::uint64_t i = 0; i < 0x200; i += 8) {
    if (copy.count(heap + i) != 0) copy[heap * 2 + i] = copy[heap + i];
  }
  CHECK_MESSAGE(arena_heap(copy, heap * 2) == 0, "a copy of the whole");
}

TEST_CASE("glibc_marks: further heaps of an arena go back to an earlier one of it") {
  constexpr auto second = heap + heap_size * 3;
  auto memory = make_heap();
  memory[second] = arena;
  memory[second + 8] = heap;
  memory[second + 16] = memory[second + 24] = 0x5000;
  CHECK(arena_heap(memory, second) == 0x5000);
  memory[second + 8] = second;
  CHECK(arena_heap(memory, second) == 0);
  memory[second + 8] = heap - heap_size;
  CHECK(arena_heap(memory, second) == 0);
  memory[second + 8] = heap;
  memory[heap + 8] = heap - heap_size;
  CHECK(arena_heap(memory, second) == 0);
}

TEST_CASE("glibc_marks: a block that malloc mapped") {
  auto const block = [](std::uint64_t previous, std::uint64_t size) {
    memory_map const memory{{0x10000, previous}, {0x10008, size}};
    return memscape::glibc_marks<words>{4096, words{&memory}}.mapped_block(0x10000);
  };
  CHECK(block(0, 0x3002) == 0x3000);
  CHECK(block(0, 0x3000) == 0);
  CHECK(block(0, 0x3003) == 0);
  CHECK(block(0, 0x3006) == 0);
  CHECK(block(0, 0x3012) == 0);
  CHECK(block(0, 2) == 0);
  CHECK(block(8, 0x3002) == 0);
  CHECK(block(0, (std::uint64_t{1} << 60U) + 2) == 0);
}

TEST_CASE("glibc_marks: a block at a boundary that was resized has its size before that") {
  memory_map memory{{0x10008, 0x3002}, {0x10000 + 4080, 4080}, {0x10000 + 4088, 0x4012}};
  auto const block = [&memory] {
    return memscape::glibc_marks<words>{4096, words{&memory}}.mapped_block(0x10000);
  };
  CHECK(block() == 0x5000);
  memory[0x10000 + 4080] = 4064;
  CHECK(block() == 0x3000);
  memory[0x10000 + 4080] = 4080;
  memory[0x10000 + 4088] = 0x4010;
  CHECK_MESSAGE(block() == 0x3000, "no mark of a block's");
}

TEST_CASE("glibc_marks: a thread's stack, alone and merged with what lies above it") {
  constexpr std::uint64_t stack_size = 0x10000;
  constexpr std::uint64_t begin = 0x101000;  // behind a guard of one page
  constexpr std::uint64_t end = 0x110000;
  std::map<std::uint64_t, std::uint64_t> const memory{{end - 0x900, end - 0x900},
                                                      {end - 0x8f0, end - 0x900}};
  memscape::glibc_marks<words> const marks{4096, words{&memory}};
  CHECK(marks.stack_end(begin, end, stack_size) == end);
  CHECK(marks.stack_end(begin, end, 0) == end);
  CHECK(marks.stack_end(begin, end + 0x5000, stack_size) == end);
  CHECK(marks.stack_end(begin, end + 0x5000, 0) == 0);
  CHECK(marks.stack_end(begin, end - 0x1000, stack_size) == 0);
  std::map<std::uint64_t, std::uint64_t> const half{{end - 0x900, end - 0x900}};
  CHECK((memscape::glibc_marks<words>{4096, words{&half}}.stack_end(begin, end, stack_size)) == 0);
}

}  // namespace
