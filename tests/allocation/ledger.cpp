// SPDX-License-Identifier: MIT
// Neither making a ledger nor writing it touches the heap.
#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/json_ledger.hpp>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>

#include "support/heap_counter.hpp"

namespace {

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

TEST_CASE("allocation: a ledger and its JSON take none") {
  memscape::registry const memory{memscape::native_reader{}, memscape::leaf<"a", "A">(nothing{})};
  static memscape::auditor auditor{memory};
  static std::array<char, memscape::json_ledger::max_event_size<decltype(memory)::layout>> room;
  std::size_t written = 0;
  auto const calls = test_support::heap_calls_in([&] {
    for (int i = 0; i < 3; ++i) {
      auto const& last = auditor.audit();
      written += memscape::json_ledger::write_event(room, last, last.age_ms(0)).size();
      written += memscape::json_ledger::write(room, last, 0).size();
    }
  });
  CHECK(written > 0);
  CHECK(calls.allocations == 0);
  CHECK(calls.frees == 0);
}

}  // namespace
