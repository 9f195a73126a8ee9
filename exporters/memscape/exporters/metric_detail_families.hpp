// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/detail_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_detail.hpp>
#include <memscape/exporters/metric_families.hpp>
#include <memscape/exporters/metric_policy.hpp>
#include <memscape/exporters/metric_rows.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How a number of the detail stands on a page.
[[nodiscard]] constexpr auto metric_decimals(detail_unit unit) noexcept -> unsigned {
  switch (unit) {
    case detail_unit::time_ms: return 3;
    case detail_unit::share_bp: return 4;
    case detail_unit::time_us: return 6;
    default: return 0;
  }
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
inline constexpr metric_row<process_detail> detail_process_rows[] = {
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
};

/// The rest of it.
inline constexpr metric_row<process_detail> detail_rows[] = {
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
};

/// The limit that counts, which each of these samples names. Absent where nothing is a limit: the size of
/// the address space, the last resort of a gauge, is none.
inline constexpr metric_row<memory_limits> limit_rows[] = {
    make_metric_row(limit_fields, "limit",
                    {.name = "memory_limit_bytes",
                     .help = "The smallest of the limits that the process is under."},
                    {"limit", ""}),
    make_metric_row(limit_fields, "limit_used",
                    {.name = "memory_limit_used_bytes",
                     .help = "What of this process counts towards that limit."},
                    {"limit", ""}),
    make_metric_row(limit_fields, "headroom",
                    {.name = "memory_headroom_bytes",
                     .help = "What is left of that limit, or available on the machine where that "
                             "is less."},
                    {"limit", ""}),
};

/// What stands behind it.
inline constexpr metric_row<memory_limits> more_limit_rows[] = {
    make_metric_row(limit_fields, "time_to_limit_ms",
                    {.name = "memory_time_to_limit_seconds",
                     .help = "When the headroom is gone if growth goes on; absent unless steady.",
                     .unit = "seconds"}),
    make_metric_row(limit_fields, "growth_per_second",
                    {.name = "memory_growth_bytes_per_second",
                     .help = "How fast what counts towards the limit grows.",
                     .unit = "bytes_per_second"}),
    make_metric_row(limit_fields, "forecast_window_ms",
                    {.name = "memory_forecast_window_seconds",
                     .help = "Over how long that growth was seen.",
                     .unit = "seconds"}),
    make_metric_row(limit_fields, "oom_kills",
                    {.name = "memory_oom_kills",
                     .help = "Processes of the control group that the kernel killed for memory.",
                     .unit = "",
                     .is_counter = true}),
    make_metric_row(limit_fields, "cgroup_limit_hits",
                    {.name = "memory_cgroup_limit_hits",
                     .help = "How often the control group met its limit.",
                     .unit = "",
                     .is_counter = true}),
    make_metric_row(limit_fields, "pressure_some_us",
                    {.name = "memory_pressure_waiting_seconds",
                     .help = "How long some task of the control group has waited for memory.",
                     .unit = "seconds",
                     .is_counter = true}),
    make_metric_row(limit_fields, "pressure_full_us",
                    {.name = "memory_pressure_stalled_seconds",
                     .help = "How long all tasks of the control group have waited for memory.",
                     .unit = "seconds",
                     .is_counter = true}),
    make_metric_row(limit_fields, "pressure_some_avg10_bp",
                    {.name = "memory_pressure_waiting_ratio",
                     .help = "The share of the last 10 s in which some task waited for memory.",
                     .unit = "ratio"}),
    make_metric_row(limit_fields, "pressure_full_avg10_bp",
                    {.name = "memory_pressure_stalled_ratio",
                     .help = "The share of the last 10 s in which all tasks waited for memory.",
                     .unit = "ratio"}),
    make_metric_row(limit_fields, "cgroup_limit",
                    {.name = "memory_cgroup_limit_bytes",
                     .help = "The smallest hard limit of the control groups."}),
    make_metric_row(limit_fields, "cgroup_high",
                    {.name = "memory_cgroup_high_bytes",
                     .help = "The smallest memory.high of the control groups."}),
    make_metric_row(limit_fields, "cgroup_current",
                    {.name = "memory_cgroup_current_bytes",
                     .help = "What the control group with the limit uses, page cache included."}),
    make_metric_row(limit_fields, "ram_total",
                    {.name = "memory_machine_bytes", .help = "The machine's memory."}),
    make_metric_row(limit_fields, "ram_available",
                    {.name = "memory_machine_available_bytes",
                     .help = "What of the machine's memory programs could still have."}),
    make_metric_row(limit_fields, "limits_age_ms",
                    {.name = "memory_limits_age_seconds",
                     .help = "How old the numbers of limits and pressure are.",
                     .unit = "seconds"}),
};

/// A limit of the address space, under the name that Prometheus' clients use.
inline constexpr metric_row<memory_limits> address_space_rows[] = {
    make_metric_row(limit_fields, "address_space_limit",
                    {.name = "process_virtual_memory_max_bytes",
                     .help = "The most virtual memory that the process may have.",
                     .prefixed = false}),
};

}  // namespace memscape::inline v0
