// SPDX-License-Identifier: MIT
#pragma once

#include <benchmark/benchmark.h>

#include "support/heap_counter.hpp"

namespace bench {

/// Counts what one call of `work` takes from the heap, after a first call that may warm buffers up.
template <class Work>
void count_allocations(benchmark::State& state, Work&& work) {
  work();
  auto const calls = test_support::heap_calls_in(work);
  state.counters["allocations"] = static_cast<double>(calls.allocations);
}

/// The loop of every row: counts, then times.
template <class Work>
void measure(benchmark::State& state, Work&& work) {
  count_allocations(state, work);
  for (auto _ : state) {
    work();
    benchmark::ClobberMemory();
  }
}

}  // namespace bench
