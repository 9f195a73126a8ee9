// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <memscape/ledger/glibc_marks.hpp>

namespace {

// Words of a made-up memory; what is not listed is zero, below `end`.
struct words {
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

constexpr std::uint64_t heap = std::uint64_t{64} << 24U;

auto arena_heap(std::map<std::uint64_t, std::uint64_t> const& memory, std::uint64_t at) {
  return memscape::glibc_marks<words>{4096, words{&memory}}.arena_heap(at);
}

TEST_CASE("glibc_marks: the heap of an arena") {
  std::map<std::uint64_t, std::uint64_t> const good{
      {heap, heap + 0x30}, {heap + 8, 0}, {heap + 16, 0x21000}, {heap + 24, 0x22000}};
  CHECK(arena_heap(good, heap) == 0x22000);
  CHECK(arena_heap(good, heap + 4096) == 0);
  auto changed = [&](std::uint64_t at, std::uint64_t word) {
    auto memory = good;
    memory[at] = word;
    return arena_heap(memory, heap);
  };
  CHECK(changed(heap, heap + 0x100) == 0);
  CHECK(changed(heap, 0x30) == 0);
  CHECK(changed(heap, heap * 2 + 0x20) == 0x22000);
  CHECK(changed(heap + 8, heap - (std::uint64_t{64} << 20U)) == 0x22000);
  CHECK(changed(heap + 8, 4096) == 0);
  CHECK(changed(heap + 16, 0) == 0);
  CHECK(changed(heap + 16, 0x23000) == 0);
  CHECK(changed(heap + 16, 0x21008) == 0);
  CHECK(changed(heap + 24, std::uint64_t{1} << 30U) == 0);
  CHECK_MESSAGE((memscape::glibc_marks<words>{4096, words{&good, heap + 8}}.arena_heap(heap)) == 0,
                "memory that is gone");
}

TEST_CASE("glibc_marks: a block that malloc mapped") {
  auto const block = [](std::uint64_t previous, std::uint64_t size, std::uint64_t end) {
    std::map<std::uint64_t, std::uint64_t> const memory{{0x10000, previous}, {0x10008, size}};
    return memscape::glibc_marks<words>{4096, words{&memory}}.mapped_block(0x10000, end);
  };
  CHECK(block(0, 0x3002, 0x13000) == 0x3000);
  CHECK(block(0, 0x3002, 0x12fff) == 0);
  CHECK(block(0, 0x3000, 0x13000) == 0);
  CHECK(block(0, 0x3003, 0x13000) == 0);
  CHECK(block(0, 0x3006, 0x13000) == 0);
  CHECK(block(0, 0x3012, 0x20000) == 0);
  CHECK(block(0, 2, 0x13000) == 0);
  CHECK(block(8, 0x3002, 0x13000) == 0);
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
