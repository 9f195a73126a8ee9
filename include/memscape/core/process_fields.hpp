// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/extended_memory.hpp>
#include <memscape/core/field.hpp>
#include <memscape/core/process_memory.hpp>

namespace memscape::inline v0 {

/// The members of process_memory, in the order of the wire.
inline constexpr field<process_memory> process_fields[] = {
    make_field<&process_memory::rss>(
        {.key = "rss",
         .label = "RSS",
         .always = true,
         .metric = {"process_resident_memory_bytes", "Resident memory size in bytes."}}),
    make_field<&process_memory::vms>(
        {.key = "vms",
         .label = "VMS",
         .always = true,
         .metric = {"process_virtual_memory_bytes", "Virtual memory size in bytes."}}),
    make_field<&process_memory::shared>({.key = "shared", .label = "shared", .always = true}),
    make_field<&process_memory::data>({.key = "data", .label = "data", .always = true}),
    make_field<&process_memory::peak_rss>({.key = "peak_rss", .label = "peak", .always = true}),
    make_field<&process_memory::page_faults_minor>(
        {.key = "page_faults_minor",
         .label = "minor faults",
         .always = true,
         .metric = {.name = "process_minor_pagefaults",
                    .help = "Page faults served without disk I/O.",
                    .is_counter = true}}),
    make_field<&process_memory::page_faults_major>(
        {.key = "page_faults_major",
         .label = "major faults",
         .always = true,
         .metric = {.name = "process_major_pagefaults",
                    .help = "Page faults that waited for disk I/O.",
                    .is_counter = true}}),
    make_field<&process_memory::footprint>(
        {.key = "footprint",
         .label = "footprint",
         .metric = {"memory_footprint_bytes", "What macOS charges the process with."}}),
    make_field<&process_memory::commit>(
        {.key = "commit",
         .label = "commit",
         .metric = {"memory_commit_bytes", "What Windows has promised the process."}}),
};

/// What `process` may hold besides: members of extended_memory, in the order of the wire. Metrics without a
/// prefix have the names of VictoriaMetrics' client library for Go.
inline constexpr field<extended_memory> extended_fields[] = {
    make_field<&extended_memory::rss_anon>(
        {.key = "rss_anon",
         .metric = {"process_resident_memory_anon_bytes",
                    "Resident memory that no file backs: heap and stacks."}}),
    make_field<&extended_memory::rss_file>(
        {.key = "rss_file",
         .metric = {"process_resident_memory_file_bytes",
                    "Resident memory of mapped files, programs and libraries included."}}),
    make_field<&extended_memory::rss_shmem>(
        {.key = "rss_shmem",
         .metric = {"process_resident_memory_shared_bytes",
                    "Resident shared memory and tmpfs, counted whole in each process."}}),
    make_field<&extended_memory::swap>(
        {.key = "swap",
         .metric = {"memory_swapped_bytes", "Private memory in swap, which is not resident."}}),
    make_field<&extended_memory::page_tables>(
        {.key = "page_tables",
         .metric = {"memory_page_tables_bytes", "Page tables, which are not in resident memory."}}),
    make_field<&extended_memory::hugetlb>(
        {.key = "hugetlb",
         .metric = {"memory_hugetlb_bytes",
                    "Pages of hugetlbfs, which are not in resident memory."}}),
    make_field<&extended_memory::peak_rss_since_exec>(
        {.key = "peak_rss_since_exec",
         .metric = {"process_resident_memory_peak_bytes",
                    "The most resident memory since the program was started."}}),
    make_field<&extended_memory::threads>(
        {.key = "threads", .metric = {"process_num_threads", "Threads of the process."}}),
    make_field<&extended_memory::status_age_ms>(
        {.key = "status_age_ms",
         .metric = {.name = "memory_reading_age_seconds",
                    .help = "How old the numbers of a source in the kernel are.",
                    .place = 1,
                    .label = "reading",
                    .label_value = "status"}}),
    make_field<&extended_memory::pss>(
        {.key = "pss",
         .metric = {"memory_pss_bytes",
                    "Resident memory with each shared page divided by its processes."}}),
    make_field<&extended_memory::uss>(
        {.key = "uss",
         .metric = {"memory_uss_bytes", "Resident memory that only this process maps."}}),
    make_field<&extended_memory::swap_pss>(
        {.key = "swap_pss",
         .metric = {"memory_swapped_pss_bytes",
                    "Memory in swap with each shared page divided by its processes."}}),
    make_field<&extended_memory::lazy_free>(
        {.key = "lazy_free",
         .metric = {"memory_lazy_free_bytes",
                    "Freed with MADV_FREE, and resident until the kernel wants it."}}),
    make_field<&extended_memory::anon_huge_pages>(
        {.key = "anon_huge_pages",
         .metric = {"memory_anon_huge_pages_bytes", "Resident memory in transparent huge pages."}}),
    make_field<&extended_memory::locked>(
        {.key = "locked", .metric = {"memory_locked_bytes", "Memory that mlock holds resident."}}),
    make_field<&extended_memory::rollup_age_ms>({.key = "rollup_age_ms",
                                                 .metric = {.name = "memory_reading_age_seconds",
                                                            .place = 1,
                                                            .label = "reading",
                                                            .label_value = "smaps_rollup"}}),
    make_field<&extended_memory::rollup_cost_us>(
        {.key = "rollup_cost_us",
         .metric = {"memory_rollup_cost_seconds", "What the last reading of smaps_rollup took."}}),
    make_field<&extended_memory::footprint_peak>(
        {.key = "footprint_peak",
         .metric = {.name = "memory_footprint_peak_bytes",
                    .help = "The most that macOS has charged the process with.",
                    .place = 2}}),
    make_field<&extended_memory::compressed>(
        {.key = "compressed",
         .metric = {.name = "memory_compressed_bytes",
                    .help = "Memory that the compressor holds, which is not resident.",
                    .place = 2}}),
    make_field<&extended_memory::page_faults>(
        {.key = "page_faults",
         .metric = {.name = "process_pagefaults",
                    .help = "Page faults, where minor and major ones are not told apart.",
                    .is_counter = true}}),
};

}  // namespace memscape::inline v0
