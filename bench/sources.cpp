// SPDX-License-Identifier: MIT
// What counting costs an allocator's hot path.
#include <atomic>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <memscape/sources/counted.hpp>
#include <memscape/sources/sharded.hpp>

#include "allocations.hpp"

namespace {

// Two additions, because that is what bytes and objects need.
struct bare_fetch_add {
  alignas(128) std::atomic<std::uint64_t> used{0};
  std::atomic<std::uint64_t> objects{0};

  void add(memscape::bytes size) noexcept {
    used.fetch_add(size.value(), std::memory_order_relaxed);
    objects.fetch_add(1, std::memory_order_relaxed);
  }
};

template <class Counter>
void add(benchmark::State& state) {
  alignas(128) static Counter counter;
  memscape::bytes size{48};
  benchmark::DoNotOptimize(size);
  bench::measure(state, [size] { counter.add(size); });
}

// An allocator at rest: what it hands out comes back.
template <class Counter>
void add_remove(benchmark::State& state) {
  alignas(128) static Counter counter;
  memscape::bytes size{48};
  benchmark::DoNotOptimize(size);
  bench::measure(state, [size] {
    counter.add(size);
    counter.remove(size);
  });
}

void one_and_two_threads(benchmark::internal::Benchmark* row) {
  row->Threads(1)->Threads(2)->UseRealTime();
}

BENCHMARK(add<bare_fetch_add>)->Name("sources/add/fetch_add_twice")->Apply(one_and_two_threads);
BENCHMARK(add<memscape::counted>)->Name("sources/add/counted")->Apply(one_and_two_threads);
BENCHMARK(add<memscape::sharded_counted<>>)
    ->Name("sources/add/sharded")
    ->Apply(one_and_two_threads);
BENCHMARK(add_remove<memscape::counted>)->Name("sources/pair/counted")->Apply(one_and_two_threads);
BENCHMARK(add_remove<memscape::sharded_counted<>>)
    ->Name("sources/pair/sharded")
    ->Apply(one_and_two_threads);

}  // namespace
