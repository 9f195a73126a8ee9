// SPDX-License-Identifier: MIT
// Neither making a ledger nor writing it touches the heap.
#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/json_ledger.hpp>
#include <memscape/exporters/metric_ledger.hpp>
#include <memscape/exporters/text_ledger.hpp>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/baselines.hpp>
#include <memscape/ledger/residency_meter.hpp>
#include <memscape/memscape.hpp>

#include "support/heap_counter.hpp"

namespace {

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

TEST_CASE("allocation: a ledger, its JSON, its picture and its page of metrics take none") {
  memscape::registry memory{memscape::native_reader{}, memscape::leaf<"a", "A">(nothing{})};
  static memscape::auditor auditor{memory};
  static std::array<char, memscape::json_ledger::max_event_size<decltype(memory)::layout>> room;
  static std::array<char, memscape::metrics_with_ledger<>::max_size<decltype(memory)::layout>> page;
  static memscape::baselines<decltype(memory)::layout> earlier;
  memscape::residency_meter meter;
  std::size_t written = 0;
  auto const calls = test_support::heap_calls_in([&] {
    for (int i = 0; i < 3; ++i) {
      auto const& last = auditor.audit();
      written += memscape::json_ledger::write_event(room, last, last.age_ms(memscape::monotonic_clock::now())).size();
      auto const grew = earlier.grown(last);
      earlier.keep(last);
      written += memscape::json_ledger::write(room, last, 0, {}, grew).size();
      written += memscape::text_ledger::write(room, last, 0, {}, {}, grew).size();
      written += meter.measure({page.data(), page.size()}).resident.has_value() ? 1 : 0;
      auto const snap = memory.collect();
      for (auto const format :
           {memscape::metric_format::prometheus, memscape::metric_format::openmetrics}) {
        written += memscape::metrics_with_ledger<>::write(page, snap, last, 0, format).size();
      }
    }
  });
  CHECK(written > 0);
  CHECK(calls.allocations == 0);
  CHECK(calls.frees == 0);
}

}  // namespace
