// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/common/longest.hpp>
#include <memscape/memscape.hpp>

#include "exporters/trees.hpp"

namespace test_support {

struct fixed_source {
  memscape::usage now;
  [[nodiscard]] constexpr auto sample() const noexcept -> memscape::usage { return now; }
};

/// A virtual machine's memory at four instants: all is known; a read failed; sources claim more than
/// RSS; nothing can be larger.
constexpr auto make_golden_registry() {
  using memscape::bytes;
  using memscape::count;
  using memscape::group;
  using memscape::leaf;
  memscape::process_memory const all{.rss = bytes{73'400'320},
                                     .vms = bytes{1'288'490'188},
                                     .shared = bytes{8'388'608},
                                     .data = bytes{134'217'728},
                                     .peak_rss = bytes{74'448'896},
                                     .page_faults_minor = count{18'211},
                                     .page_faults_major = count{3}};
  auto failed = all;
  failed.rss = failed.vms = failed.shared = failed.data = {};
  failed.errors.add({memscape::read_step::open_statm, 24});
  auto little = all;
  little.rss = bytes{4'096};
  auto const largest = memscape::longest_snapshot<one_leaf>().process;
  return memscape::registry{
      memscape::fixed_reader{all, failed, little, largest},
      memscape::fixed_clock{
          .next_ns = 1'764'000'000'000'000'000, .interval_ns = 250'000'000, .sample_ns = 2'100},
      leaf<"scratch_arena", "Scratch Arena">(fixed_source{
          {.used = bytes{16'777'216}, .committed = bytes{33'554'432}, .peak = bytes{20'971'520}}}),
      group<"gc_heap", "GC Heap">(
          leaf<"gc_lval_slab", "LVAL Slab">(fixed_source{{.used = bytes{2'097'152},
                                                          .committed = bytes{4'194'304},
                                                          .peak = bytes{2'097'200},
                                                          .objects = count{65'536},
                                                          .slot_count = count{131'072}}}),
          leaf<"gc_lenv_slab", "LENV \"Slab\"">(fixed_source{{.used = bytes{0},
                                                              .committed = bytes{1'048'576},
                                                              .objects = count{0},
                                                              .slot_count = count{16'384}}}),
          leaf<"gc_malloc", "Malloc \xFF">(fixed_source{{.used = bytes{33'554'432}}})),
      leaf<"aio_slabs", "AIO Slabs">(fixed_source{{.used = bytes{8'388'608},
                                                   .committed = bytes{8'388'608},
                                                   .objects = count{64},
                                                   .slot_count = count{64}}})};
}

}  // namespace test_support
