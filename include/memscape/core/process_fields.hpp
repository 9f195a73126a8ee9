// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/extended_memory.hpp>
#include <memscape/core/field.hpp>
#include <memscape/core/process_memory.hpp>

namespace memscape::inline v0 {

/// The members of process_memory, in the order of the wire.
inline constexpr field<process_memory> process_fields[] = {
    make_field<&process_memory::rss, process_memory>(
        {.key = "rss",
         .label = "RSS",
         .always = true,
         .metric = {.name = "process_resident_memory_bytes",
                    .help = "Resident memory size in bytes."}}),
    make_field<&process_memory::vms, process_memory>(
        {.key = "vms",
         .label = "VMS",
         .always = true,
         .metric = {.name = "process_virtual_memory_bytes",
                    .help = "Virtual memory size in bytes."}}),
    make_field<&process_memory::shared, process_memory>(
        {.key = "shared", .label = "shared", .always = true}),
    make_field<&process_memory::data, process_memory>(
        {.key = "data", .label = "data", .always = true}),
    make_field<&process_memory::peak_rss, process_memory>(
        {.key = "peak_rss", .label = "peak", .always = true}),
    make_field<&process_memory::page_faults_minor, process_memory>(
        {.key = "page_faults_minor",
         .label = "minor faults",
         .always = true,
         .metric = {.name = "process_minor_pagefaults",
                    .help = "Page faults served without disk I/O.",
                    .is_counter = true}}),
    make_field<&process_memory::page_faults_major, process_memory>(
        {.key = "page_faults_major",
         .label = "major faults",
         .always = true,
         .metric = {.name = "process_major_pagefaults",
                    .help = "Page faults that waited for disk I/O.",
                    .is_counter = true}}),
    make_field<&process_memory::footprint, process_memory>(
        {.key = "footprint",
         .label = "footprint",
         .metric = {.name = "memory_footprint_bytes",
                    .help = "What macOS charges the process with."}}),
    make_field<&process_memory::commit, process_memory>(
        {.key = "commit",
         .label = "commit",
         .metric = {.name = "memory_commit_bytes",
                    .help = "What Windows has promised the process."}}),
};

/// What `process` may hold besides: members of extended_memory, in the order of the wire. Metrics without a
/// prefix have the names of VictoriaMetrics' client library for Go.
inline constexpr field<extended_memory> extended_fields[] = {
    make_field<&extended_memory::rss_anon, extended_memory>(
        {.key = "rss_anon",
         .metric = {.name = "process_resident_memory_anon_bytes",
                    .help = "Resident memory that no file backs: heap and stacks."}}),
    make_field<&extended_memory::rss_file, extended_memory>(
        {.key = "rss_file",
         .metric = {.name = "process_resident_memory_file_bytes",
                    .help = "Resident memory of mapped files, programs and libraries included."}}),
    make_field<&extended_memory::rss_shmem, extended_memory>(
        {.key = "rss_shmem",
         .metric = {.name = "process_resident_memory_shared_bytes",
                    .help = "Resident shared memory and tmpfs, counted whole in each process."}}),
    make_field<&extended_memory::swap, extended_memory>(
        {.key = "swap",
         .metric = {.name = "memory_swapped_bytes",
                    .help = "Private memory in swap, which is not resident."}}),
    make_field<&extended_memory::page_tables, extended_memory>(
        {.key = "page_tables",
         .metric = {.name = "memory_page_tables_bytes",
                    .help = "Page tables, which are not in resident memory."}}),
    make_field<&extended_memory::hugetlb, extended_memory>(
        {.key = "hugetlb",
         .metric = {.name = "memory_hugetlb_bytes",
                    .help = "Pages of hugetlbfs, which are not in resident memory."}}),
    make_field<&extended_memory::peak_rss_since_exec, extended_memory>(
        {.key = "peak_rss_since_exec",
         .metric = {.name = "process_resident_memory_peak_bytes",
                    .help = "The most resident memory since the program was started."}}),
    make_field<&extended_memory::threads, extended_memory>(
        {.key = "threads",
         .metric = {.name = "process_num_threads", .help = "Threads of the process."}}),
    make_field<&extended_memory::status_age_ms, extended_memory>(
        {.key = "status_age_ms",
         .metric = {.name = "memory_reading_age_seconds",
                    .help = "How old the numbers of a source in the kernel are.",
                    .place = 1,
                    .label = "reading",
                    .label_value = "status"}}),
    make_field<&extended_memory::pss, extended_memory>(
        {.key = "pss",
         .metric = {.name = "memory_pss_bytes",
                    .help = "Resident memory with each shared page divided by its processes."}}),
    make_field<&extended_memory::uss, extended_memory>(
        {.key = "uss",
         .metric = {.name = "memory_uss_bytes",
                    .help = "Resident memory that only this process maps."}}),
    make_field<&extended_memory::swap_pss, extended_memory>(
        {.key = "swap_pss",
         .metric = {.name = "memory_swapped_pss_bytes",
                    .help = "Memory in swap with each shared page divided by its processes."}}),
    make_field<&extended_memory::lazy_free, extended_memory>(
        {.key = "lazy_free",
         .metric = {.name = "memory_lazy_free_bytes",
                    .help = "Freed with MADV_FREE, and resident until the kernel wants it."}}),
    make_field<&extended_memory::anon_huge_pages, extended_memory>(
        {.key = "anon_huge_pages",
         .metric = {.name = "memory_anon_huge_pages_bytes",
                    .help = "Resident memory in transparent huge pages."}}),
    make_field<&extended_memory::locked, extended_memory>(
        {.key = "locked",
         .metric = {.name = "memory_locked_bytes", .help = "Memory that mlock holds resident."}}),
    make_field<&extended_memory::rollup_age_ms, extended_memory>(
        {.key = "rollup_age_ms",
         .metric = {.name = "memory_reading_age_seconds",
                    .place = 1,
                    .label = "reading",
                    .label_value = "smaps_rollup"}}),
    make_field<&extended_memory::rollup_cost_us, extended_memory>(
        {.key = "rollup_cost_us",
         .metric = {.name = "memory_rollup_cost_seconds",
                    .help = "What the last reading of smaps_rollup took."}}),
    make_field<&extended_memory::footprint_peak, extended_memory>(
        {.key = "footprint_peak",
         .metric = {.name = "memory_footprint_peak_bytes",
                    .help = "The most that macOS has charged the process with.",
                    .place = 2}}),
    make_field<&extended_memory::compressed, extended_memory>(
        {.key = "compressed",
         .metric = {.name = "memory_compressed_bytes",
                    .help = "Memory that the compressor holds, which is not resident.",
                    .place = 2}}),
    make_field<&extended_memory::page_faults, extended_memory>(
        {.key = "page_faults",
         .metric = {.name = "process_pagefaults",
                    .help = "Page faults, where minor and major ones are not told apart.",
                    .is_counter = true}}),
};

}  // namespace memscape::inline v0
