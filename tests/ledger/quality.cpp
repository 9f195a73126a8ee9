// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/quality.hpp>

namespace {

using memscape::ledger_fault_kind;
using memscape::ledger_faults;
using memscape::name_of;
using memscape::quality;

static_assert(ledger_faults::capacity ==
              static_cast<std::size_t>(ledger_fault_kind::shmem_differs) + 1);

TEST_CASE("quality: names as they stand on the wire") {
  CHECK(name_of(quality::exact) == "exact");
  CHECK(name_of(quality::unavailable) == "unavailable");
  CHECK(name_of(static_cast<quality>(99)) == "unknown");
  CHECK(name_of(ledger_fault_kind::statm) == "statm");
  CHECK(name_of(ledger_fault_kind::ranges_crowded) == "ranges_crowded");
  CHECK(name_of(ledger_fault_kind::malloc_statistics) == "malloc_statistics");
  CHECK(name_of(ledger_fault_kind::own_memory) == "own_memory");
  CHECK(name_of(ledger_fault_kind::malloc_other) == "malloc_other");
  CHECK(name_of(ledger_fault_kind::malloc_blocks) == "malloc_blocks");
  CHECK(name_of(ledger_fault_kind::malloc_arena) == "malloc_arena");
  CHECK(name_of(ledger_fault_kind::shmem_differs) == "shmem_differs");
  CHECK(name_of(static_cast<ledger_fault_kind>(99)) == "unknown");
}

TEST_CASE("quality: a fault of a kind that is there adds to it, and all kinds fit") {
  ledger_faults faults;
  CHECK(faults.empty());
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < ledger_faults::capacity; ++i) {
      faults.add(static_cast<ledger_fault_kind>(i), 3);
    }
  }
  CHECK(faults.size() == ledger_faults::capacity);
  for (auto const& fault : faults) CHECK(fault.code == 6);
  CHECK(faults.has(ledger_fault_kind::maps));
  CHECK_FALSE(ledger_faults{}.has(ledger_fault_kind::maps));
}

}  // namespace
