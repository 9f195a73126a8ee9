// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/malloc/locks.hpp>

#include "ledger/second_thread.hpp"
#include "readers/support.hpp"

namespace {

auto are_alive() -> bool { return memscape::locks_of_malloc.are_alive(); }

TEST_CASE("malloc_locks: in a copy of many threads they are released by fork alone") {
  CHECK(are_alive());
  test_support::second_thread const other;
  CHECK(are_alive());
  CHECK(test_support::in_child(are_alive, test_support::fork_by_libc) == true);
  CHECK(test_support::in_child(are_alive, test_support::fork_by_system_call) == false);
  CHECK(test_support::in_child(are_alive, test_support::fork_by_libc_alone) == false);
  // And in a child's child.
  CHECK(test_support::in_child([] {
          return test_support::in_child(are_alive, test_support::fork_by_system_call) == false &&
                 test_support::in_child(are_alive, test_support::fork_by_libc) == true;
        }) == true);
  CHECK(are_alive());
}

}  // namespace
