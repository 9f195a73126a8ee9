// SPDX-License-Identifier: MIT
#include <memscape/ledger/auditor.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <memscape/readers/status.hpp>

#include "readers/support.hpp"

namespace {

using memscape::ledger_fault_kind;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

auto knows_nothing() -> bool {
  static memscape::registry memory{memscape::native_reader{}, memscape::leaf<"a", "A">(nothing{})};
  static memscape::auditor auditor{memory};
  auto const& found = auditor.audit();
  return !found.rss && !found.unexplained && !found.closure_error && !found.mapping_count &&
         found.faults.has(ledger_fault_kind::statm) && found.faults.has(ledger_fault_kind::maps) &&
         memscape::status_reader{}.read().why.code == ESRCH;
}

TEST_CASE("auditor: once the main thread has ended nothing is known, and nothing is 0") {
  CHECK(test_support::holds_without_main_thread<knows_nothing>());
}

}  // namespace
