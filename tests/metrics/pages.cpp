// SPDX-License-Identifier: MIT
// Prints pages of snapshots, for parsers: a thousand trees, and what is hard to write.
#include <cstdint>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/memscape.hpp>
#include <utility>

#include "drawn_tree.hpp"
#include "exporters/trees.hpp"
#include "golden/registry.hpp"
#include "printed.hpp"

namespace {

using memscape::snapshot;
using test_support::drawn_layout;
using test_support::hostile_policy;
using test_support::print;
using test_support::randomized;

template <class Layout>
void print_kinds(char const* what) {
  snapshot<Layout> zero;
  zero.process.rss = zero.process.vms = memscape::bytes{0};
  zero.process.page_faults_minor = zero.process.page_faults_major = memscape::count{0};
  for (auto& node : zero.nodes) node.committed = node.peak = memscape::bytes{0};
  auto largest = memscape::longest_snapshot<Layout>();
  largest.process.rss = memscape::bytes::max();
  print<hostile_policy>(what, snapshot<Layout>{});
  print<hostile_policy>(what, zero);
  print<hostile_policy>(what, largest);
  print<hostile_policy>(what, randomized<Layout>(1));
  print<memscape::metric_policy>(what, randomized<Layout>(1));
}

// 250 trees a program: together they would take a compiler more memory than some machines have.
constexpr std::uint64_t trees = 250;

template <std::uint64_t... Seed>
void print_all_drawn(std::integer_sequence<std::uint64_t, Seed...>) {
  constexpr std::uint64_t first = MEMSCAPE_PART * trees;
  (print<memscape::metric_policy>("drawn", randomized<drawn_layout<first + 2 * Seed>>(Seed)), ...);
  (print<hostile_policy>("drawn", randomized<drawn_layout<first + 2 * Seed + 1>>(Seed)), ...);
}

}  // namespace

auto main() -> int {
  print_all_drawn(std::make_integer_sequence<std::uint64_t, trees / 2>{});
  if (MEMSCAPE_PART != 0) return 0;
  print_kinds<test_support::hostile>("hostile");
  print_kinds<test_support::one_leaf>("one leaf");
  print_kinds<memscape::layout<>>("no tree");
  // All is known; a read failed; sources claim more than RSS; nothing can be larger.
  auto memory = test_support::make_golden_registry();
  for (int i = 0; i < 4; ++i) print<memscape::metric_policy>("golden", memory.collect());
}
