// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/range_memory.hpp>

#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::range_memory;
using test_support::one_page;

auto resident(range_memory const& of) -> std::size_t {
  std::vector<unsigned char> pages(of.capacity() * 8 / one_page);
  REQUIRE(::mincore(of.words(), of.capacity() * 8, pages.data()) == 0);
  std::size_t sum = 0;
  for (auto const one : pages) sum += one & 1U;
  return sum;
}

TEST_CASE("range_memory: comes into RAM a part at a time, and is given back so") {
  range_memory memory;
  REQUIRE(memory.take(200'000) == 0);
  CHECK(memory.capacity() >= 200'000);
  CHECK(resident(memory) == 0);
  int why = 0;
  int parts = 0;
  for (; !memory.populate(why); ++parts) CHECK(why == 0);
  CHECK(parts >= 5);
  CHECK(resident(memory) == memory.capacity() * 8 / one_page);
  memory.words()[memory.capacity() - 1] = 7;
  int given = 0;
  for (auto before = resident(memory); !memory.give_back(); ++given) {
    CHECK(resident(memory) < before);
    before = resident(memory);
  }
  CHECK(given >= 5);
  CHECK(memory.capacity() == 0);
  CHECK(memory.words() == nullptr);
  CHECK(memory.give_back());
}

TEST_CASE("range_memory: a kernel without MADV_POPULATE_WRITE, and one that maps nothing") {
  auto const populated = test_support::in_child([] {
    if (!test_support::deny({SYS_madvise}, EINVAL)) return true;
    range_memory memory;
    int why = 0;
    if (memory.take(200'000) != 0) return false;
    while (!memory.populate(why)) {
    }
    return why == 0 && resident(memory) == memory.capacity() * 8 / one_page;
  });
  CHECK(populated == true);
  auto const denied = test_support::in_child([] {
    if (!test_support::deny({SYS_mmap}, ENOMEM)) return ENOMEM;
    return range_memory{}.take(200'000);
  });
  CHECK(denied == ENOMEM);
}

}  // namespace
