// SPDX-License-Identifier: MIT
// The walk over the tree alone, without reader and clock; sources over real memory.
#include <array>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <memory>
#include <memscape/memscape.hpp>
#include <utility>

#include "allocations.hpp"
#include "runtime.hpp"

namespace {

template <char Kind, std::size_t Number>
constexpr char key_text[] = {Kind, '0' + Number / 10, '0' + Number % 10, '\0'};

/// Half of the leaves are slabs, half are arenas.
template <std::size_t Leaves>
struct allocators {
  std::array<bench::slab, Leaves> slabs;
  std::array<bench::arena, Leaves> arenas;
};

template <std::size_t Index, std::size_t Leaves>
auto make_leaf(allocators<Leaves> const& of) {
  constexpr memscape::fixed_string key{key_text<'l', Index>};
  if constexpr (Index % 2 == 0) {
    return memscape::leaf<key>(memscape::slab_source{&of.slabs[Index]});
  } else {
    return memscape::leaf<key>(memscape::arena_source{&of.arenas[Index]});
  }
}

template <std::size_t Index, std::size_t Leaves>
auto make_group_of_four(allocators<Leaves> const& of) {
  constexpr memscape::fixed_string key{key_text<'g', Index>};
  return memscape::group<key>(make_leaf<Index * 4>(of), make_leaf<Index * 4 + 1>(of),
                              make_leaf<Index * 4 + 2>(of), make_leaf<Index * 4 + 3>(of));
}

template <class... Nodes>
void walk(benchmark::State& state, Nodes... nodes) {
  memscape::pack<Nodes...> const tree{{nodes}...};
  std::array<memscape::usage, (Nodes::shape::size + ...)> into;
  bench::measure(state, [&] {
    benchmark::DoNotOptimize(tree);
    memscape::sample_each(tree, into.data());
    benchmark::DoNotOptimize(into);
  });
}

template <std::size_t Leaves>
void flat(benchmark::State& state) {
  auto const of = std::make_unique<allocators<Leaves>>();
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    walk(state, make_leaf<Index>(*of)...);
  }(std::make_index_sequence<Leaves>{});
}

template <std::size_t Leaves>
void flat_of_two_numbers(benchmark::State& state) {
  auto const of = std::make_unique<allocators<Leaves>>();
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    walk(state, memscape::leaf<memscape::fixed_string{key_text<'l', Index>}>(
                    bench::two_numbers{&of->slabs[Index]})...);
  }(std::make_index_sequence<Leaves>{});
}

template <std::size_t Leaves>
void grouped(benchmark::State& state) {
  auto const of = std::make_unique<allocators<Leaves>>();
  [&]<std::size_t... Index>(std::index_sequence<Index...>) {
    walk(state, make_group_of_four<Index>(*of)...);
  }(std::make_index_sequence<Leaves / 4>{});
}

BENCHMARK(flat_of_two_numbers<4>)->Name("registry/two_numbers/leaves:4");
BENCHMARK(flat_of_two_numbers<16>)->Name("registry/two_numbers/leaves:16");
BENCHMARK(flat_of_two_numbers<64>)->Name("registry/two_numbers/leaves:64");
BENCHMARK(flat<4>)->Name("registry/flat/leaves:4");
BENCHMARK(flat<16>)->Name("registry/flat/leaves:16");
BENCHMARK(flat<64>)->Name("registry/flat/leaves:64");
BENCHMARK(grouped<4>)->Name("registry/groups_of_4/leaves:4");
BENCHMARK(grouped<16>)->Name("registry/groups_of_4/leaves:16");
BENCHMARK(grouped<64>)->Name("registry/groups_of_4/leaves:64");

}  // namespace
