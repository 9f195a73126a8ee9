// SPDX-License-Identifier: MIT
#include <memscape/sources/arena.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::arena_source;
using memscape::bytes;
using memscape::usage;

struct arena {
  std::uint64_t taken;
  std::uint64_t size;
  [[nodiscard]] constexpr auto used() const noexcept -> std::uint64_t { return taken; }
  [[nodiscard]] constexpr auto capacity() const noexcept -> std::uint64_t { return size; }
};
struct arena_with_peak : arena {
  std::size_t most;
  [[nodiscard]] constexpr auto peak() const noexcept -> std::size_t { return most; }
};

static_assert(memscape::allocator_source<arena_source<arena>>);
static_assert(sizeof(arena_source<arena>) == sizeof(void*));

TEST_CASE("arena: tells what is handed out and what it holds, and no peak that it does not keep") {
  constexpr auto test = [] {
    arena const scratch{100, 4096};
    return arena_source{&scratch}.sample() == usage{.used = bytes{100}, .committed = bytes{4096}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("arena: tells the peak where it is kept") {
  constexpr auto test = [] {
    arena_with_peak const scratch{{100, 4096}, 300};
    return arena_source{&scratch}.sample() ==
           usage{.used = bytes{100}, .committed = bytes{4096}, .peak = bytes{300}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("arena: is read anew each time") {
  constexpr auto test = [] {
    arena scratch{100, 4096};
    arena_source const source{&scratch};
    bool const first = source.sample().used == bytes{100};
    scratch.taken = 0;
    scratch.size = 8192;
    return first && source.sample() == usage{.used = bytes{0}, .committed = bytes{8192}};
  };
  static_assert(test());
  CHECK(test());
}

struct signed_arena {
  [[nodiscard]] constexpr auto used() const noexcept -> int { return 5; }
  [[nodiscard]] constexpr auto capacity() const noexcept -> std::ptrdiff_t { return 64; }
  [[nodiscard]] constexpr auto peak() const noexcept -> long { return 9; }
};

TEST_CASE("arena: numbers may be signed") {
  constexpr auto test = [] {
    signed_arena const scratch{};
    return arena_source{&scratch}.sample() ==
           usage{.used = bytes{5}, .committed = bytes{64}, .peak = bytes{9}};
  };
  static_assert(test());
  CHECK(test());
}

struct arena_that_throws {
  [[nodiscard]] auto used() const -> std::uint64_t;
  [[nodiscard]] auto capacity() const noexcept -> std::uint64_t;
};
struct arena_without_capacity {
  [[nodiscard]] auto used() const noexcept -> std::uint64_t;
};
static_assert(memscape::tells_arena<arena> && !memscape::tells_arena<arena_that_throws>);
static_assert(!memscape::tells_arena<arena_without_capacity>);
static_assert(memscape::tells_peak<arena_with_peak> && !memscape::tells_peak<arena>);

struct block_arena : arena {
  char const* begin;
  [[nodiscard]] constexpr auto data() const noexcept -> char const* { return begin; }
};
struct arena_of_blocks : arena {
  char const* begin;
  template <class Visit>
  constexpr void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{begin, 1});
    visit(memscape::address_range{begin + 2, 3});
  }
};

static_assert(!memscape::visits_ranges<arena_source<arena>>);
static_assert(memscape::owns_ranges<arena_source<block_arena>>);
static_assert(memscape::owns_ranges<arena_source<arena_of_blocks>>);

TEST_CASE("arena: a block is the range of its capacity; blocks are the ranges that they are") {
  static char const place[8]{};
  block_arena const block{{3, 8}, place};
  arena_source{&block}.ranges([](memscape::address_range range) noexcept {
    CHECK(range == memscape::address_range{place, 8});
  });
  arena_of_blocks const blocks{{3, 8}, place};
  std::size_t sizes = 0;
  arena_source{&blocks}.ranges(
      [&](memscape::address_range range) noexcept { sizes = sizes * 10 + range.size; });
  CHECK(sizes == 13);
}

}  // namespace
