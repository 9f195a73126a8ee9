// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/ledger/ledger.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <string_view>

#include "golden/registry.hpp"

namespace test_support {

using golden_layout = decltype(make_golden_registry())::layout;

/// A ledger in which every member has something to say: sources with and without ranges, one that used more
/// than is resident, names with all bytes that JSON escapes, one of them clipped.
inline auto make_golden_ledger() -> memscape::ledger<golden_layout> {
  using memscape::bytes;
  using memscape::cause;
  using memscape::count;
  memscape::ledger<golden_layout> of;
  auto const fill = [&of](std::string_view key, memscape::source_account const& account) {
    of.sources[golden_layout::index_of(key)] = account;
  };
  fill("scratch_arena", {.said = {.used = bytes{16'777'216}, .committed = bytes{33'554'432}},
                         .resident = bytes{20'971'520},
                         .swapped = bytes{0},
                         .claimed = bytes{33'554'432},
                         .unmapped = bytes{0},
                         .overlapped = bytes{0},
                         .worth = memscape::quality::exact});
  fill("gc_lval_slab", {.said = {.used = bytes{2'097'152}, .committed = bytes{4'194'304}},
                        .resident = bytes{1'048'576},
                        .swapped = bytes{1'048'576},
                        .claimed = bytes{4'194'304},
                        .unmapped = bytes{8'192},
                        .overlapped = bytes{4'096},
                        .worth = memscape::quality::upper_bound});
  fill("gc_malloc", {.said = {.used = bytes{33'554'432}}});

  auto const cause_is = [&of](cause which, std::uint64_t resident, memscape::quality worth) {
    of.causes[static_cast<std::size_t>(which)] = {bytes{resident}, bytes{}, worth};
  };
  cause_is(cause::malloc_heap, 41'943'040, memscape::quality::exact);
  cause_is(cause::file_text, 6'000'000, memscape::quality::exact);
  cause_is(cause::file_data, 90'000, memscape::quality::exact);
  cause_is(cause::anon_named, 700'000, memscape::quality::exact);
  cause_is(cause::anonymous, 150'000, memscape::quality::estimate);
  of.causes[static_cast<std::size_t>(cause::anonymous)].swapped = bytes{4'096};

  std::string const long_path = "/opt/" + std::string(92, 'x') + "/end.so";
  of.files.add({.path = memscape::clipped_name<96>{"/usr/lib/libc.so.6"},
                .inode = 1,
                .resident = bytes{4'020'000},
                .text = bytes{4'000'000},
                .data = bytes{20'000}});
  of.files.add({.path = memscape::clipped_name<96>{long_path},
                .inode = 2,
                .resident = bytes{2'000'000},
                .text = bytes{2'000'000}});
  of.files.add(
      {.path = memscape::clipped_name<96>{"/tmp/a \"b\" \\ \n\x1f\x7f \xC3\xA9 \xFF (deleted)"},
       .inode = 3,
       .resident = bytes{70'000},
       .data = bytes{70'000}});
  of.names.add({memscape::clipped_name<96>{"my pool"}, bytes{400'000}});
  of.names.add({memscape::clipped_name<96>{"glibc: \"loader\""}, bytes{200'000}});
  of.mappings.add({0x7fe5'c38c'e000, 0x7fe5'c38f'e000, bytes{131'072}});
  of.mappings.add({0x40'0000, 0x40'1000, bytes{4'096}});

  of.rss = bytes{70'904'136};
  of.rss_before = bytes{70'900'040};
  of.unexplained = bytes{1'000};
  of.closure_error = bytes{0};
  of.malloc = {bytes{40'000'000}, bytes{1'900'000},         bytes{262'144},
               count{2},          memscape::quality::stale, 2'500};
  of.outside_rss.page_tables = bytes{204'800};
  of.outside_rss.swap = bytes{1'052'672};
  of.outside_rss.cgroup_kernel = bytes{5'242'880};
  of.lazy_free = bytes{65'536};
  of.huge = bytes{2'097'152};
  of.mapping_count = count{61};
  of.thread_stacks = count{3};
  of.arena_heaps = count{1};
  of.faults.add(memscape::ledger_fault_kind::mappings_changed, 2);
  of.faults.add(memscape::ledger_fault_kind::malloc_statistics, -1);
  of.method = memscape::page_method::pagemap;
  of.sequence = 7;
  of.time_ms = 1'764'000'000'000;
  of.duration_ns = 900'000;
  of.cost_ns = 800'000;
  of.longest_slice_ns = 300'000;
  of.slices = 3;
  return of;
}

}  // namespace test_support
