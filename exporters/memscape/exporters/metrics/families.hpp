// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/common/fields.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// How a metric is announced.
struct metric_head {
  std::string_view name{};
  std::string_view help{};
  std::string_view unit = "bytes";  ///< what the name ends with, or empty
  bool is_counter = false;          ///< its samples' names get `_total`
  bool prefixed = true;             ///< whether the policy's prefix goes before the name
};

/// One metric of a page. What counts memory is a gauge in bytes; what counts events is a counter, whose
/// samples are named with `_total` behind it.
template <class Struct>
struct metric_family {
  std::string_view name{};
  std::string_view help{};
  wire_number (*get)(Struct const&) noexcept = nullptr;
  wire_unit unit = wire_unit::memory;
  bool prefixed = true;  ///< whether the policy's prefix goes before the name

  [[nodiscard]] constexpr auto head() const noexcept -> metric_head {
    bool const counts = unit == wire_unit::events;
    return {name, help, counts ? std::string_view{} : "bytes", counts, prefixed};
  }
};

/// What the operating system says, under the names that Prometheus' clients use.
inline constexpr metric_family<process_memory> process_families[] = {
    {"process_resident_memory_bytes", "Resident memory size in bytes.",
     wire_value<&process_memory::rss, process_memory>, wire_unit::memory, false},
    {"process_virtual_memory_bytes", "Virtual memory size in bytes.",
     wire_value<&process_memory::vms, process_memory>, wire_unit::memory, false},
    {"process_minor_pagefaults", "Page faults served without disk I/O.",
     wire_value<&process_memory::page_faults_minor, process_memory>, wire_unit::events, false},
    {"process_major_pagefaults", "Page faults that waited for disk I/O.",
     wire_value<&process_memory::page_faults_major, process_memory>, wire_unit::events, false},
};

/// What a leaf says of its allocator.
inline constexpr metric_family<usage> usage_families[] = {
    {"memory_used_bytes", "Memory that a subsystem has handed out and not got back.",
     wire_value<&usage::used, usage>},
    {"memory_committed_bytes",
     "Memory obtained from the system for a subsystem, free lists and metadata included.",
     wire_value<&usage::committed, usage>},
    {"memory_peak_bytes", "The most memory that a subsystem has had in use.",
     wire_value<&usage::peak, usage>},
};

/// What a snapshot computes from both.
struct memory_balance {
  std::optional<bytes> untracked{};
  std::optional<bytes> overcounted{};
};

inline constexpr metric_family<memory_balance> balance_families[] = {
    {"memory_untracked_bytes", "Resident memory that no subsystem accounts for.",
     wire_value<&memory_balance::untracked, memory_balance>},
    {"memory_overcounted_bytes", "What the subsystems have in use beyond resident memory.",
     wire_value<&memory_balance::overcounted, memory_balance>},
};

}  // namespace memscape::inline v0
