// SPDX-License-Identifier: MIT
// A picture of 20 rows: 19 nodes and what is untracked.
#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/exporters/text.hpp>
#include <memscape/tree/layout.hpp>
#include <vector>

#include "allocations.hpp"

namespace {

using memscape::bytes, memscape::count, memscape::group_shape, memscape::leaf_shape;

using layout = memscape::layout<
    leaf_shape<"scratch_arena", "Scratch Arena">,
    group_shape<"gc_heap", "GC Heap", leaf_shape<"gc_lval_slab", "LVAL Slab">,
                leaf_shape<"gc_lenv_slab", "LENV Slab">, leaf_shape<"gc_strings", "Strings">,
                leaf_shape<"gc_tables", "Tables">, leaf_shape<"gc_malloc", "Malloc">>,
    group_shape<"cache", "Cache", leaf_shape<"pages", "Pages">, leaf_shape<"index", "Index">,
                group_shape<"blobs", "Blobs", leaf_shape<"small_blobs", "Small Blobs">,
                            leaf_shape<"large_blobs", "Large Blobs">>>,
    group_shape<"aio", "AIO", leaf_shape<"aio_slabs", "AIO Slabs">,
                leaf_shape<"connections", "Connections">, leaf_shape<"buffers", "Buffers">>,
    leaf_shape<"jit", "JIT Code">, leaf_shape<"scripts", "Scripts">>;
static_assert(layout::size == 19);

auto make_snapshot(std::uint64_t seed) -> memscape::snapshot<layout> {
  memscape::snapshot<layout> snap;
  for (std::size_t i = layout::size; i-- > 0;) {
    auto& used = snap.nodes[i].used;
    if (!layout::nodes[i].is_group) {
      used = bytes{(seed * 7'919 + i * 104'729) * (i + 1) % 50'000'000};
      continue;
    }
    for (auto child = i + 1; child < layout::nodes[i].end; child = layout::nodes[child].end) {
      used += snap.nodes[child].used;
    }
  }
  snap.process.rss = snap.tracked() + bytes{20'000'000 + 4'096 * seed};
  snap.process.peak_rss = snap.process.rss;
  snap.process.vms = bytes{2'498'560'000};
  snap.process.page_faults_minor = count{312'000 + seed};
  snap.process.page_faults_major = count{17};
  return snap;
}

void write(benchmark::State& state, memscape::text_options const& how) {
  std::vector<memscape::snapshot<layout>> snapshots;
  for (std::uint64_t i = 0; i < 64; ++i) snapshots.push_back(make_snapshot(i));
  static std::array<char, memscape::text::max_size<layout>> room;
  std::size_t next = 0;
  bench::measure(state, [&] {
    auto const picture = memscape::text::write(room, snapshots[next++ % 64], how);
    benchmark::DoNotOptimize(picture);
    if (picture.empty()) state.SkipWithError("it did not fit");
  });
}

void ascii(benchmark::State& state) { write(state, {}); }
void unicode(benchmark::State& state) {
  write(state, {.columns = 120, .unicode = true, .colour = true});
}

BENCHMARK(ascii)->Name("text/memscape/20_rows");
BENCHMARK(unicode)->Name("text/memscape/20_rows_in_unicode_and_colours");

}  // namespace
