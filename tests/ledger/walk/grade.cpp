// SPDX-License-Identifier: MIT
#include <memscape/ledger/walk/grade.hpp>

#include <cstddef>
#include <doctest/doctest.h>

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::ledger_fault_kind;
using memscape::quality;

struct two_nodes {
  static constexpr std::size_t size = 2;
};
using ledger = memscape::ledger<two_nodes>;

auto graded(ledger_fault_kind kind) -> ledger {
  ledger of;
  of.sources[0].worth = quality::exact;
  of.huge = bytes{};
  of.causes[static_cast<std::size_t>(cause::file_text)].resident = bytes{1};
  of.faults.add(kind, 1);
  memscape::grade(of);
  return of;
}

TEST_CASE("grade: marks are estimates, and what the kernel names is exact") {
  auto const of = graded(ledger_fault_kind::status);
  CHECK(of.at(cause::malloc_mmap).worth == quality::estimate);
  CHECK(of.at(cause::bss).worth == quality::estimate);
  CHECK(of.at(cause::file_text).worth == quality::exact);
  CHECK(of.sources[0].worth == quality::exact);
  CHECK(of.sources[1].worth == quality::unavailable);
  CHECK(of.huge);
}

TEST_CASE("grade: where memory moved, or may have, nothing is exact") {
  for (auto const kind :
       {ledger_fault_kind::moved, ledger_fault_kind::moves_unknown, ledger_fault_kind::maps_cut,
        ledger_fault_kind::pages_changed, ledger_fault_kind::mappings_changed}) {
    auto const of = graded(kind);
    CHECK(of.at(cause::file_text).worth == quality::estimate);
    CHECK(of.sources[0].worth == quality::estimate);
    CHECK(of.sources[1].worth == quality::unavailable);
  }
}

TEST_CASE("grade: where pages cannot be told apart, no cause is told by its marks") {
  auto const blind = graded(ledger_fault_kind::mincore);
  CHECK(blind.at(cause::anonymous).worth == quality::unavailable);
  CHECK(blind.at(cause::stack_threads).worth == quality::unavailable);
  CHECK(blind.at(cause::file_text).worth == quality::exact);
}

TEST_CASE("grade: where stacks or zeroed data are not known, anonymous memory is a bound") {
  for (auto const kind :
       {ledger_fault_kind::stacks, ledger_fault_kind::bss, ledger_fault_kind::malloc_arena}) {
    CHECK(graded(kind).at(cause::anonymous).worth == quality::upper_bound);
  }
  CHECK(graded(ledger_fault_kind::status).at(cause::anonymous).worth == quality::estimate);
}

TEST_CASE("grade: what was met of a list that was cut is no bound of all that there is") {
  ledger of;
  auto& anonymous = of.causes[static_cast<std::size_t>(cause::anonymous)];
  anonymous.resident = bytes{1};
  of.faults.add(ledger_fault_kind::own_memory, 1);
  of.faults.add(ledger_fault_kind::maps_cut, 1);
  memscape::grade(of);
  CHECK(anonymous.worth == quality::estimate);
}

TEST_CASE("grade: where mappings are missing, so are the counts, and without any the causes") {
  auto const cut = graded(ledger_fault_kind::maps_cut);
  CHECK(cut.at(cause::file_rodata).worth == quality::unavailable);
  CHECK_FALSE(cut.huge);
  auto const none = graded(ledger_fault_kind::maps);
  CHECK_FALSE(none.huge);
  CHECK(none.at(cause::file_text).worth == quality::unavailable);
}

}  // namespace
