// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/detail_fields.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/exporters/metrics/detail_families.hpp>
#include <memscape/exporters/metrics/families.hpp>
#include <memscape/exporters/metrics/rows.hpp>

namespace memscape::inline v0 {

/// The limit that counts, which each of these samples names. Absent where nothing is a limit: the size of
/// the address space, the last resort of a gauge, is none.
inline constexpr metric_row<memory_limits> limit_rows[] = {
    make_metric_row(limit_fields, "limit",
                    {.name = "memory_limit_bytes",
                     .help = "The limit that the process is under and meets first."},
                    {"limit", ""}),
    make_metric_row(limit_fields, "limit_used",
                    {.name = "memory_limit_used_bytes",
                     .help = "What counts towards that limit; of a control group's, what the group "
                             "uses and cannot give back."},
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
                     .help = "The hard limit of the control groups that is met first."}),
    make_metric_row(limit_fields, "cgroup_high",
                    {.name = "memory_cgroup_high_bytes",
                     .help = "The memory.high of the control groups that is met first."}),
    make_metric_row(limit_fields, "cgroup_current",
                    {.name = "memory_cgroup_current_bytes",
                     .help = "What the control group with the limit uses, page cache included."}),
    make_metric_row(limit_fields, "cgroup_reclaimable",
                    {.name = "memory_cgroup_reclaimable_bytes",
                     .help = "What of that the kernel can take back: page cache on the disk."}),
    make_metric_row(limit_fields, "data_limit",
                    {.name = "memory_data_limit_bytes",
                     .help = "RLIMIT_DATA: the most private writable memory, in RAM or not."}),
    make_metric_row(limit_fields, "data_used",
                    {.name = "memory_data_used_bytes", .help = "What counts towards RLIMIT_DATA."}),
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
