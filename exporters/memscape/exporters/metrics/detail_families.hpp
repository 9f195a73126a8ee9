// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/detail_fields.hpp>
#include <memscape/core/extended_memory.hpp>
#include <memscape/exporters/common/fields.hpp>
#include <memscape/exporters/metrics/families.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/exporters/metrics/rows.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How a number of the detail stands on a page.
[[nodiscard]] constexpr auto metric_decimals(detail_unit unit) noexcept -> unsigned {
  return unit == detail_unit::time_ms    ? 3
         : unit == detail_unit::share_bp ? 4
         : unit == detail_unit::time_us  ? 6
                                         : 0;
}

/// The row of the field with this key on the wire. An unknown key does not compile.
template <class Struct, std::size_t Size>
[[nodiscard]] consteval auto make_metric_row(detail_field<Struct> const (&fields)[Size],
                                             std::string_view key, metric_head of,
                                             metric_label label = {}) noexcept
    -> metric_row<Struct> {
  std::size_t i = 0;
  while (fields[i].key != key) ++i;
  return {of, fields[i].get, metric_decimals(fields[i].unit), label};
}

/// What a detailed reader knows under names that others use for it, without a prefix.
/// Source: VictoriaMetrics' client library for Go.
inline constexpr metric_row<extended_memory> detail_process_rows[] = {
    make_metric_row(detail_fields, "rss_anon",
                    {.name = "process_resident_memory_anon_bytes",
                     .help = "Resident memory that no file backs: heap and stacks.",
                     .prefixed = false}),
    make_metric_row(detail_fields, "rss_file",
                    {.name = "process_resident_memory_file_bytes",
                     .help = "Resident memory of mapped files, programs and libraries included.",
                     .prefixed = false}),
    make_metric_row(detail_fields, "rss_shmem",
                    {.name = "process_resident_memory_shared_bytes",
                     .help = "Resident shared memory and tmpfs, counted whole in each process.",
                     .prefixed = false}),
    make_metric_row(detail_fields, "peak_rss_since_exec",
                    {.name = "process_resident_memory_peak_bytes",
                     .help = "The most resident memory since the program was started.",
                     .prefixed = false}),
    make_metric_row(detail_fields, "threads",
                    {.name = "process_num_threads",
                     .help = "Threads of the process.",
                     .unit = "",
                     .prefixed = false}),
    make_metric_row(detail_fields, "page_faults",
                    {.name = "process_pagefaults",
                     .help = "Page faults, where minor and major ones are not told apart.",
                     .unit = "",
                     .is_counter = true,
                     .prefixed = false}),
};

/// The rest of it.
inline constexpr metric_row<extended_memory> detail_rows[] = {
    make_metric_row(
        detail_fields, "swap",
        {.name = "memory_swapped_bytes", .help = "Private memory in swap, which is not resident."}),
    make_metric_row(detail_fields, "page_tables",
                    {.name = "memory_page_tables_bytes",
                     .help = "Page tables, which are not in resident memory."}),
    make_metric_row(detail_fields, "hugetlb",
                    {.name = "memory_hugetlb_bytes",
                     .help = "Pages of hugetlbfs, which are not in resident memory."}),
    make_metric_row(detail_fields, "pss",
                    {.name = "memory_pss_bytes",
                     .help = "Resident memory with each shared page divided by its processes."}),
    make_metric_row(
        detail_fields, "uss",
        {.name = "memory_uss_bytes", .help = "Resident memory that only this process maps."}),
    make_metric_row(detail_fields, "swap_pss",
                    {.name = "memory_swapped_pss_bytes",
                     .help = "Memory in swap with each shared page divided by its processes."}),
    make_metric_row(detail_fields, "lazy_free",
                    {.name = "memory_lazy_free_bytes",
                     .help = "Freed with MADV_FREE, and resident until the kernel wants it."}),
    make_metric_row(detail_fields, "anon_huge_pages",
                    {.name = "memory_anon_huge_pages_bytes",
                     .help = "Resident memory in transparent huge pages."}),
    make_metric_row(detail_fields, "locked",
                    {.name = "memory_locked_bytes", .help = "Memory that mlock holds resident."}),
    make_metric_row(detail_fields, "rollup_cost_us",
                    {.name = "memory_rollup_cost_seconds",
                     .help = "What the last reading of smaps_rollup took.",
                     .unit = "seconds"}),
    make_metric_row(detail_fields, "status_age_ms",
                    {.name = "memory_reading_age_seconds",
                     .help = "How old the numbers of a source in the kernel are.",
                     .unit = "seconds"},
                    {"reading", "status"}),
    make_metric_row(detail_fields, "rollup_age_ms",
                    {.name = "memory_reading_age_seconds", .help = "", .unit = "seconds"},
                    {"reading", "smaps_rollup"}),
    make_metric_row(detail_fields, "footprint_peak",
                    {.name = "memory_footprint_peak_bytes",
                     .help = "The most that macOS has charged the process with."}),
    make_metric_row(detail_fields, "compressed",
                    {.name = "memory_compressed_bytes",
                     .help = "Memory that the compressor holds, which is not resident."}),
    {{.name = "memory_footprint_bytes", .help = "What macOS charges the process with."},
     [](extended_memory const& of) noexcept { return wire_value(of.footprint); }},
    {{.name = "memory_commit_bytes", .help = "What Windows has promised the process."},
     [](extended_memory const& of) noexcept { return wire_value(of.commit); }},
};

}  // namespace memscape::inline v0
