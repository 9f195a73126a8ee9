// SPDX-License-Identifier: MIT
// Neither making a ledger nor writing it touches the heap.
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/exporters/json_ledger.hpp>
#include <memscape/exporters/prometheus_ledger.hpp>
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
      written += memscape::json_ledger::write_event(room, last,
                                                    last.age_ms(memscape::monotonic_clock::now()))
                     .size();
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

TEST_CASE("allocation: of a malloc that passes calls on, the C library's numbers are an estimate") {
  memscape::registry const memory{memscape::native_reader{}, memscape::leaf<"a", "A">(nothing{})};
  static memscape::auditor auditor{memory, {.malloc_share = 0}};
  auto const before = auditor.audit();
  REQUIRE(before.malloc);
  CHECK(before.malloc->worth == memscape::quality::estimate);
  CHECK(before.faults.has(memscape::ledger_fault_kind::malloc_other));
  CHECK(before.malloc_object.view().ends_with("test_allocation"));
  constexpr std::size_t size = std::size_t{8} << 20U;
  auto* const volatile block = std::malloc(size);
  std::memset(block, 1, size);
  auto const& after = auditor.audit();
  CHECK(after.malloc->in_use - before.malloc->in_use >= memscape::bytes{size});
  CHECK(after.at(memscape::cause::malloc_mmap).resident >= memscape::bytes{size});
  CHECK_FALSE(after.faults.has(memscape::ledger_fault_kind::malloc_blocks));
  std::free(block);
}

}  // namespace
