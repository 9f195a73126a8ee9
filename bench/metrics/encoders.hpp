// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/memscape.hpp>
#include <span>
#include <string_view>
#include <utility>

#include "../runtime.hpp"

/// One page of 45 numbers in Prometheus' text, written in three ways, each in a file of its own.
namespace bench::metrics {

/// A subsystem whose numbers are all known.
using pool = memscape::arena_source<arena>;

/// 13 leaves in 3 groups: with 3 numbers each, 4 of the process and the balance, 45.
[[nodiscard]] inline auto make_wide_memory(arena const& of) {
  using memscape::group, memscape::leaf;
  pool const source{&of};
  return memscape::registry{null_reader{},
                            leaf<"scratch_arena", "Scratch Arena">(source),
                            group<"gc_heap", "GC Heap">(leaf<"gc_lval_slab", "LVAL Slab">(source),
                                                        leaf<"gc_lenv_slab", "LENV Slab">(source),
                                                        leaf<"gc_strings", "Strings">(source),
                                                        leaf<"gc_closures", "Closures">(source),
                                                        leaf<"gc_malloc", "Malloc">(source)),
                            group<"aio", "AIO">(leaf<"aio_slabs", "AIO Slabs">(source),
                                                leaf<"aio_buffers", "Buffers">(source)),
                            group<"caches", "Caches">(leaf<"page_cache", "Pages">(source),
                                                      leaf<"plan_cache", "Plans">(source),
                                                      leaf<"block_cache", "Blocks">(source)),
                            leaf<"code", "Code">(source),
                            leaf<"symbols", "Symbols">(source)};
}

using snapshot = decltype(make_wide_memory(std::declval<arena const&>()))::snapshot_type;

using encoder = auto(std::span<char> out, snapshot const& snap) -> std::string_view;

encoder write_memscape;
encoder write_memscape_openmetrics;
encoder write_hand_cached;
encoder write_prometheus_cpp;

}  // namespace bench::metrics
