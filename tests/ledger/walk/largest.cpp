// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/walk/largest.hpp>

namespace {

using memscape::bytes;

struct entry {
  int id = 0;
  bytes resident{};
  [[nodiscard]] auto is_same(entry const& other) const noexcept -> bool { return id == other.id; }
  void add(entry const& other) noexcept { resident += other.resident; }
};

TEST_CASE("largest: keeps the largest in order, and the sum of the others") {
  memscape::largest<entry, 3> table;
  for (int i = 1; i <= 6; ++i) table.add({i, bytes{static_cast<std::uint64_t>(10 * i)}});
  REQUIRE(table.size() == 3);
  CHECK(table[0].id == 6);
  CHECK(table[1].id == 5);
  CHECK(table[2].id == 4);
  CHECK(table.others() == 3);
  CHECK(table.others_resident() == bytes{60});
  table.add({9, bytes{1}});
  CHECK(table.others() == 4);
  CHECK(table.others_resident() == bytes{61});
}

TEST_CASE("largest: pieces of one entry are put together, and it rises") {
  memscape::largest<entry, 3> table;
  table.add({1, bytes{10}});
  table.add({2, bytes{8}});
  table.add({2, bytes{8}});
  CHECK(table.size() == 2);
  CHECK(table[0].id == 2);
  CHECK(table[0].resident == bytes{16});
  CHECK(table.others() == 0);
}

}  // namespace
