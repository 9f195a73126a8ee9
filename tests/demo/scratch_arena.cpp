// SPDX-License-Identifier: MIT
#include "allocators/scratch_arena.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <string>

#include <memscape/memscape.hpp>

TEST_CASE("the arena hands out what it has and no more") {
  demo::scratch_arena arena{4096};
  CHECK(arena.used() == 0);
  CHECK(arena.capacity() == 4096);
  CHECK(arena.allocate(4096, 1) != nullptr);
  CHECK(arena.allocate(1, 1) == nullptr);
  CHECK(arena.used() == 4096);
  arena.reset();
  CHECK(arena.used() == 0);
  CHECK(arena.peak() == 4096);
}

TEST_CASE("the arena aligns, and refuses sizes that would wrap") {
  demo::scratch_arena arena{4096};
  CHECK(arena.allocate(1, 1) != nullptr);
  auto const address = reinterpret_cast<std::uintptr_t>(arena.allocate(8, 64));
  CHECK(address % 64 == 0);
  CHECK(arena.used() == 72);
  CHECK(arena.allocate(SIZE_MAX, 1) == nullptr);
  CHECK(arena.allocate(SIZE_MAX - 100, 64) == nullptr);
  CHECK(arena.used() == 72);
}

TEST_CASE("a container in the arena works, and a full arena is bad_alloc") {
  demo::scratch_arena arena{4096};
  using text = std::basic_string<char, std::char_traits<char>, demo::scratch_allocator<char>>;
  {
    text words{demo::scratch_allocator<char>{arena}};
    for (int i = 0; i < 100; ++i) words += "word ";
    CHECK(words.size() == 500);
    CHECK(arena.used() > 500);
    CHECK_THROWS_AS(words.resize(5000), std::bad_alloc);
    CHECK_THROWS_AS((void)demo::scratch_allocator<std::uint64_t>{arena}.allocate(SIZE_MAX),
                    std::bad_alloc);
  }
  arena.reset();
}

TEST_CASE("an arena source says what the arena says") {
  demo::scratch_arena arena{4096};
  CHECK(arena.allocate(100, 1) != nullptr);
  auto const usage = memscape::arena_source{&arena}.sample();
  CHECK(usage.used == memscape::bytes{100});
  CHECK(usage.committed == memscape::bytes{4096});
  CHECK(usage.peak == memscape::bytes{100});
}
