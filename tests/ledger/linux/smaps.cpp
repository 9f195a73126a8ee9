// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/linux/smaps.hpp>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::smaps_reader;

TEST_CASE("smaps: an entry ends where the next begins, and has its own counts") {
  smaps_reader reader;
  CHECK(reader.feed("1000-3000 rw-p 00000000 00:00 0 ") == nullptr);
  CHECK(reader.feed("Size:                  8 kB") == nullptr);
  CHECK(reader.feed("Rss:                   4 kB") == nullptr);
  CHECK(reader.feed("LazyFree:              1 kB") == nullptr);
  CHECK(reader.feed("Anonymous:             3 kB") == nullptr);
  CHECK(reader.feed("AnonHugePages:         2 kB") == nullptr);
  CHECK(reader.feed("ShmemPmdMapped:        7 kB") == nullptr);
  CHECK(reader.feed("FilePmdMapped:        20 kB") == nullptr);
  CHECK(reader.feed("Shared_Hugetlb:        5 kB") == nullptr);
  CHECK(reader.feed("Private_Hugetlb:       6 kB") == nullptr);
  CHECK(reader.feed("Swap:                  3 kB") == nullptr);
  CHECK(reader.feed("SwapPss:               9 kB") == nullptr);
  CHECK(reader.feed("VmFlags: rd wr mr mw me ac") == nullptr);
  auto const* const first = reader.feed("3000-4000 r--p 00000000 00:00 0 ");
  REQUIRE(first != nullptr);
  CHECK(first->map.begin == 0x1000);
  CHECK(first->rss == bytes{4096});
  CHECK(first->swap == bytes{3072});
  CHECK(first->lazy_free == bytes{1024});
  CHECK(first->huge == bytes{29 * 1024});
  CHECK(first->anonymous == bytes{3072});
  CHECK(first->hugetlb == bytes{11 * 1024});
  auto const* const second = reader.finish();
  REQUIRE(second != nullptr);
  CHECK(second->map.begin == 0x3000);
  CHECK(second->rss == bytes{});
  CHECK_FALSE_MESSAGE(second->lazy_free, "before Linux 4.12");
  CHECK(reader.finish() == nullptr);
  CHECK(reader.strange() == 0);
}

TEST_CASE("smaps: what is no entry is dropped and counted") {
  smaps_reader reader;
  for (std::string_view const line : {"Rss: 4 kB", "", "garbage", "1-2 rw"}) {
    CHECK(reader.feed(line) == nullptr);
  }
  CHECK(reader.strange() == 4);
  CHECK(reader.finish() == nullptr);
}

}  // namespace
