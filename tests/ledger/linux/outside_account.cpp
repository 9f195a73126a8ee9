// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/linux/outside_account.hpp>

namespace {

TEST_CASE("outside_account: what was not read is absent") {
  constexpr memscape::outside_account none;
  CHECK_FALSE(none.swap);
  CHECK_FALSE(none.page_tables);
  CHECK_FALSE(none.hugetlb);
  CHECK_FALSE(none.shmem_witness);
}

}  // namespace
