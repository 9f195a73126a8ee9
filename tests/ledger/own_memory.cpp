// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/own_memory.hpp>

#include "ledger/support.hpp"

namespace {

TEST_CASE("own_memory: reads what is mapped, and fails on what is not") {
  memscape::own_memory const read;
  std::uint64_t const value = 0x1234;
  std::uint64_t copy = 0;
  CHECK(read(reinterpret_cast<std::uintptr_t>(&value), &copy, sizeof copy));
  CHECK(copy == value);
  std::uint64_t gone = 0;
  {
    test_support::region const block{2};
    gone = block.address();
    CHECK(::munmap(block.at(1), test_support::one_page) == 0);
    CHECK_FALSE(read(block.address(1) - 4, &copy, sizeof copy));
  }
  CHECK_FALSE(read(gone, &copy, sizeof copy));
  CHECK_FALSE(read(0, &copy, sizeof copy));
}

}  // namespace
