// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/walk/part_accounts.hpp>

namespace {

using memscape::bytes;

TEST_CASE("part_accounts: a file is one by device, inode and path, and its mappings add up") {
  memscape::file_account one;
  one.path = "/lib/x";
  one.inode = 5;
  one.resident = one.text = bytes{10};
  auto other = one;
  CHECK(one.is_same(other));
  one.add(other);
  CHECK(one.resident == bytes{20});
  CHECK(one.text == bytes{20});
  other.device = 1;
  CHECK_FALSE(one.is_same(other));
}

TEST_CASE("part_accounts: named memory is one by its name, a mapping by its beginning") {
  memscape::name_account one;
  one.name = "pool";
  one.swapped = bytes{3};
  auto const other = one;
  CHECK(one.is_same(other));
  one.add(other);
  CHECK(one.swapped == bytes{6});
  CHECK(memscape::mapping_account{1, 2, {}}.is_same({1, 9, {}}));
  CHECK_FALSE(memscape::mapping_account{1, 2, {}}.is_same({2, 9, {}}));
}

}  // namespace
