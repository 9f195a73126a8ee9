// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <string>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::mapping_source;
using test_support::one_page;
using test_support::region;

TEST_CASE("mapping_source: finds a mapping that is there, in maps and in smaps") {
  region const memory{64, MAP_SHARED | MAP_ANONYMOUS};
  memory.write(0, 10);
  for (bool const with_counts : {false, true}) {
    mapping_source source;
    REQUIRE(source.open(with_counts));
    bool found = false;
    std::uint64_t last = 0;
    while (auto const* const entry = source.next()) {
      CHECK(entry->map.begin >= last);
      last = entry->map.end;
      if (entry->map.begin != memory.address()) continue;
      found = true;
      CHECK(entry->map.size() == 64 * one_page);
      CHECK(entry->map.kind == memscape::mapping_kind::shmem);
      CHECK(entry->rss.value() == (with_counts ? 10 * one_page : 0));
      CHECK_FALSE(source.is_hugetlb(entry->map));
    }
    CHECK(found);
    CHECK(source.why() == 0);
    CHECK(source.changes() == 0);
    CHECK(source.strange() == 0);
    CHECK(source.next() == nullptr);
  }
}

TEST_CASE("mapping_source: says why it cannot be opened") {
  auto const why = test_support::in_child([] {
    test_support::forbid_descriptors();
    mapping_source source;
    return source.open(false) ? 0 : source.why();
  });
  CHECK(why == EMFILE);
}

TEST_CASE("mapping_source: mappings that come and go meanwhile overlap nothing") {
  std::uint64_t last = 0;
  std::size_t count = 0;
  mapping_source source;
  REQUIRE(source.open(false));
  auto const around = reinterpret_cast<char*>(
      ::mmap(nullptr, 1000 * one_page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  // Every other page is writable: a mapping each, and then one, under the reader's feet.
  for (std::size_t i = 0; i < 1000; i += 2)
    ::mprotect(around + i * one_page, one_page, PROT_READ | PROT_WRITE);
  while (auto const* const entry = source.next()) {
    REQUIRE(entry->map.begin >= last);
    last = entry->map.end;
    if (++count % 30 == 0)
      ::mprotect(around, 1000 * one_page, count % 60 == 0 ? PROT_READ : PROT_NONE);
  }
  CHECK(count > 5);
  ::munmap(around, 1000 * one_page);
}

}  // namespace
