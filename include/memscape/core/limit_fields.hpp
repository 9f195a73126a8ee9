// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/field.hpp>
#include <memscape/core/memory_limits.hpp>

namespace memscape::inline v0 {

/// What `limits` may hold besides the name of its `kind`, in the order of the wire. Of metrics, the samples
/// with the label `limit` name the limit that counts.
inline constexpr field<memory_limits> limit_fields[] = {
    make_field<&memory_limits::limit>(
        {.key = "limit",
         .metric = {.name = "memory_limit_bytes",
                    .help = "The limit that the process is under and meets first.",
                    .label = "limit"}}),
    make_field<&memory_limits::limit_used>(
        {.key = "limit_used",
         .metric = {.name = "memory_limit_used_bytes",
                    .help = "What counts towards that limit; of a control group's, what the group "
                            "uses and cannot give back.",
                    .label = "limit"}}),
    make_field<&memory_limits::headroom>(
        {.key = "headroom",
         .metric =
             {.name = "memory_headroom_bytes",
              .help = "What is left of that limit, or available on the machine where that is less.",
              .label = "limit"}}),
    make_field<&memory_limits::cgroup_limit>(
        {.key = "cgroup_limit",
         .metric = {.name = "memory_cgroup_limit_bytes",
                    .help = "The hard limit of the control groups that is met first.",
                    .place = 5}}),
    make_field<&memory_limits::cgroup_high>(
        {.key = "cgroup_high",
         .metric = {.name = "memory_cgroup_high_bytes",
                    .help = "The memory.high of the control groups that is met first.",
                    .place = 5}}),
    make_field<&memory_limits::cgroup_current>(
        {.key = "cgroup_current",
         .metric = {.name = "memory_cgroup_current_bytes",
                    .help = "What the control group with the limit uses, page cache included.",
                    .place = 5}}),
    make_field<&memory_limits::cgroup_reclaimable>(
        {.key = "cgroup_reclaimable",
         .metric = {.name = "memory_cgroup_reclaimable_bytes",
                    .help = "What of that the kernel can take back: page cache on the disk.",
                    .place = 5}}),
    make_field<&memory_limits::cgroup_limit_hits>(
        {.key = "cgroup_limit_hits",
         .metric = {.name = "memory_cgroup_limit_hits",
                    .help = "How often the control group met its limit.",
                    .is_counter = true,
                    .place = 2}}),
    make_field<&memory_limits::oom_kills>(
        {.key = "oom_kills",
         .metric = {.name = "memory_oom_kills",
                    .help = "Processes of the control group that the kernel killed for memory.",
                    .is_counter = true,
                    .place = 1}}),
    make_field<&memory_limits::pressure_some_avg10_bp>(
        {.key = "pressure_some_avg10_bp",
         .metric = {.name = "memory_pressure_waiting_ratio",
                    .help = "The share of the last 10 s in which some task waited for memory.",
                    .place = 4}}),
    make_field<&memory_limits::pressure_full_avg10_bp>(
        {.key = "pressure_full_avg10_bp",
         .metric = {.name = "memory_pressure_stalled_ratio",
                    .help = "The share of the last 10 s in which all tasks waited for memory.",
                    .place = 4}}),
    make_field<&memory_limits::pressure_some_us>(
        {.key = "pressure_some_us",
         .metric = {.name = "memory_pressure_waiting_seconds",
                    .help = "How long some task of the control group has waited for memory.",
                    .is_counter = true,
                    .place = 3}}),
    make_field<&memory_limits::pressure_full_us>(
        {.key = "pressure_full_us",
         .metric = {.name = "memory_pressure_stalled_seconds",
                    .help = "How long all tasks of the control group have waited for memory.",
                    .is_counter = true,
                    .place = 3}}),
    make_field<&memory_limits::address_space_limit>(
        {.key = "address_space_limit",
         .metric = {"process_virtual_memory_max_bytes",
                    "The most virtual memory that the process may have."}}),
    make_field<&memory_limits::data_limit>(
        {.key = "data_limit",
         .metric = {.name = "memory_data_limit_bytes",
                    .help = "RLIMIT_DATA: the most private writable memory, in RAM or not.",
                    .place = 5}}),
    make_field<&memory_limits::data_used>({.key = "data_used",
                                           .metric = {.name = "memory_data_used_bytes",
                                                      .help = "What counts towards RLIMIT_DATA.",
                                                      .place = 5}}),
    make_field<&memory_limits::ram_total>(
        {.key = "ram_total",
         .metric = {.name = "memory_machine_bytes", .help = "The machine's memory.", .place = 5}}),
    make_field<&memory_limits::ram_available>(
        {.key = "ram_available",
         .metric = {.name = "memory_machine_available_bytes",
                    .help = "What of the machine's memory programs could still have.",
                    .place = 5}}),
    make_field<&memory_limits::time_to_limit_ms>(
        {.key = "time_to_limit_ms",
         .metric = {"memory_time_to_limit_seconds",
                    "When the headroom is gone if growth goes on; absent unless steady."}}),
    make_field<&memory_limits::growth_per_second>(
        {.key = "growth_per_second",
         .metric = {"memory_growth_bytes_per_second",
                    "How fast what counts towards the limit grows."}}),
    make_field<&memory_limits::forecast_window_ms>(
        {.key = "forecast_window_ms",
         .metric = {"memory_forecast_window_seconds", "Over how long that growth was seen."}}),
    make_field<&memory_limits::limits_age_ms>(
        {.key = "limits_age_ms",
         .metric = {.name = "memory_limits_age_seconds",
                    .help = "How old the numbers of limits and pressure are.",
                    .place = 5}}),
};

}  // namespace memscape::inline v0
