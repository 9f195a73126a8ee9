// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <map>
#include <memscape/ledger/malloc/finder.hpp>

#include "ledger/fake_memory.hpp"

namespace {

// Sizes of blocks by their addresses; a page that is gone; what is mapped.
struct blocks : test_support::fake_memory<blocks> {
  explicit blocks(std::map<std::uint64_t, std::uint64_t> const* those) : of{those} {}
  auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept -> bool {
    std::memset(into, 0, size);
    auto const found = of->find(from);
    std::uint64_t const head[] = {0, found == of->end() ? 0 : found->second | 2U};
    std::memcpy(into, head, (std::min)(size, sizeof head));
    return from != gone;
  }
  [[nodiscard]] auto is_mapped(std::uint64_t from, std::uint64_t size) const noexcept -> bool {
    return from + size <= end;
  }
  std::map<std::uint64_t, std::uint64_t> const* of;
  std::uint64_t gone = 0;
  std::uint64_t end = 0x200000;
};

using finder = memscape::malloc_finder<blocks>;

TEST_CASE(
    "malloc_finder: a block may end in another mapping, and where nothing is mapped it is none") {
  std::map<std::uint64_t, std::uint64_t> const memory{{0x10000, 0x3000}, {0x1ff000, 0x2000}};
  finder found{4096, blocks{&memory}};
  found.restart({});
  CHECK(found.block(0x10000, 0x13000) == 0x3000);
  CHECK(found.block(0x10000, 0x11000) == 0x3000);
  CHECK(found.block(0x1ff000, 0x200000) == 0);
  CHECK(found.block(0x20000, 0x30000) == 0);
  CHECK(found.blocks() == 2);
  CHECK(found.block_bytes() == 0x6000);
  CHECK(found.refused() == 0);
  found.restart({});
  CHECK(found.blocks() == 0);
  CHECK(found.block_bytes() == 0);
}

TEST_CASE("malloc_finder: no more than malloc says, in number and in size") {
  std::map<std::uint64_t, std::uint64_t> const memory{{0x10000, 0x3000}, {0x20000, 0x5000}};
  finder found{4096, blocks{&memory}};
  found.restart({.block_count = 2, .block_bytes = 0x5000});
  CHECK(found.block(0x10000, 0x100000) == 0x3000);
  CHECK(found.block(0x20000, 0x100000) == 0);
  CHECK(found.refused() == 0x5000);
  found.restart({.block_count = 1, .block_bytes = 0x8000});
  CHECK(found.refused() == 0);
  CHECK(found.block(0x10000, 0x100000) == 0x3000);
  CHECK(found.block(0x20000, 0x100000) == 0);
  found.restart({.blocks = false});
  CHECK(found.block(0x10000, 0x100000) == 0);
  CHECK(found.refused() == 0);
}

TEST_CASE("malloc_finder: by a choice, and what may begin behind what it leaves") {
  std::map<std::uint64_t, std::uint64_t> const memory{{0x10000, 0x3000}, {0x13000, 0x5000}};
  memscape::block_choice choice;
  finder found{4096, blocks{&memory}};
  memscape::mark_limits const limits{.block_count = 1, .block_bytes = 0x5000, .choice = &choice};
  found.restart(limits);
  CHECK_MESSAGE(found.block(0x10000, 0x100000) == 0x3000, "without one, the first");
  CHECK(found.block(0x13000, 0x100000) == 0);
  CHECK(found.refused() == 0x5000);
  CHECK(found.doubtful() == 0x5000);
  REQUIRE(choice.make(1, 0x5000));
  found.restart(limits);
  CHECK(found.block(0x10000, 0x100000) == 0);
  CHECK(found.next_block(0x11000, 0x12000) == 0x12000);
  CHECK(found.next_block(0x12000, 0x100000) == 0x13000);
  CHECK(found.block(0x13000, 0x100000) == 0x5000);
  CHECK(found.next_block(0x14000, 0x100000) == 0x100000);
  CHECK(found.refused() == 0x3000);
  CHECK(found.blocks() == 1);
  // What is larger than all of them was none in any case.
  found.restart({.block_bytes = 0x4000});
  CHECK(found.block(0x13000, 0x100000) == 0);
  CHECK(found.refused() == 0x5000);
  CHECK(found.doubtful() == 0);
}

TEST_CASE("malloc_finder: looks on where as many were found and not as much") {
  std::map<std::uint64_t, std::uint64_t> const memory{{0x10000, 0x3000}, {0x90000, 0x5000}};
  finder found{4096, blocks{&memory}};
  found.restart({.inside = true, .block_count = 1, .block_bytes = 0x5000});
  CHECK(found.block(0x10000, 0x100000) == 0x3000);
  CHECK(found.next_block(0x13000, 0x100000) == 0x90000);
}

TEST_CASE(
    "malloc_finder: looks at each page for as long as blocks are missing, and beyond pages that "
    "are gone") {
  // Beyond what is read at once.
  std::map<std::uint64_t, std::uint64_t> const memory{{0x90000, 0x3000}, {0x120000, 0x3000}};
  blocks with_hole{&memory};
  with_hole.gone = 0x11000;
  finder found{4096, with_hole};
  found.restart({.inside = true, .block_bytes = 0x4000});
  CHECK(found.next_block(0x10000, 0x200000) == 0x90000);
  CHECK_MESSAGE(found.next_block(0x10000, 0x90000) == 0x90000, "none: where to ask next");
  CHECK(found.next_block(0x90000, 0x200000) == 0x90000);
  CHECK(found.block(0x90000, 0x200000) == 0x3000);
  CHECK(found.inside() == 1);
  CHECK(found.next_block(0x93000, 0x200000) == 0x120000);
  CHECK(found.block(0x120000, 0x200000) == 0);
  found.restart({.inside = true, .block_bytes = 0x3000});
  CHECK(found.block(0x90000, 0x200000) == 0x3000);
  CHECK(found.inside() == 0);
  CHECK_MESSAGE(found.next_block(0x93000, 0x200000) == 0x200000, "all are found");
  found.restart({});
  CHECK(found.next_block(0x10000, 0x200000) == 0x200000);
}

}  // namespace
