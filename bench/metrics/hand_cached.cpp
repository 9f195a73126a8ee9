// SPDX-License-Identifier: MIT
// What a person would write who wants it fast: each line's escaped text is put together once, and a page is
// a copy and a to_chars a line. No check of space, no absent number.
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <vector>

#include "encoders.hpp"

namespace {

using layout = bench::metrics::snapshot::layout;

struct family {
  char const* name;
  char const* help;
  char const* type = "gauge";
};

constexpr family scalars[] = {
    {"process_resident_memory_bytes", "Resident memory size in bytes."},
    {"process_virtual_memory_bytes", "Virtual memory size in bytes."},
    {"process_minor_pagefaults_total", "Page faults served without disk I/O.", "counter"},
    {"process_major_pagefaults_total", "Page faults that waited for disk I/O.", "counter"},
    {"memscape_memory_untracked_bytes", "Resident memory that no subsystem accounts for."},
    {"memscape_memory_overcounted_bytes",
     "What the subsystems have in use beyond resident memory."},
};
constexpr family per_leaf[] = {
    {"memscape_memory_used_bytes", "Memory that a subsystem has handed out and not got back."},
    {"memscape_memory_committed_bytes",
     "Memory obtained from the system for a subsystem, free lists and metadata included."},
    {"memscape_memory_peak_bytes", "The most memory that a subsystem has had in use."},
};

auto head(family const& of) -> std::string {
  std::string const name = of.name;
  return "# HELP " + name + " " + of.help + "\n# TYPE " + name + " " + of.type + "\n";
}

struct lines {
  std::vector<std::string> prefixes;
  std::vector<std::size_t> leaves;

  lines() {
    for (auto const& of : scalars) prefixes.push_back(head(of) + of.name + " ");
    for (std::size_t i = 0; i < layout::size; ++i) {
      if (!layout::nodes[i].is_group) leaves.push_back(i);
    }
    for (auto const& of : per_leaf) {
      for (auto const i : leaves) {
        auto const& node = layout::nodes[i];
        std::string line = i == leaves.front() ? head(of) : "";
        line += std::string{of.name} + "{subsystem=\"" + std::string{node.key} + "\"";
        if (!node.is_root()) {
          line += ",parent=\"" + std::string{layout::nodes[node.parent].key} + "\"";
        }
        prefixes.push_back(line + "} ");
      }
    }
  }
};

}  // namespace

auto bench::metrics::write_hand_cached(std::span<char> out, snapshot const& snap)
    -> std::string_view {
  static lines const cached;
  char* next = out.data();
  char* const end = out.data() + out.size();
  auto const* prefix = cached.prefixes.data();
  auto const line = [&](std::uint64_t value) {
    std::memcpy(next, prefix->data(), prefix->size());
    next = std::to_chars(next + prefix->size(), end, value).ptr;
    *next++ = '\n';
    ++prefix;
  };
  line(snap.process.rss->value());
  line(snap.process.vms->value());
  line(snap.process.page_faults_minor->value());
  line(snap.process.page_faults_major->value());
  line(snap.untracked()->value());
  line(snap.overcounted()->value());
  for (auto const i : cached.leaves) line(snap.nodes[i].used.value());
  for (auto const i : cached.leaves) line(snap.nodes[i].committed->value());
  for (auto const i : cached.leaves) line(snap.nodes[i].peak->value());
  return {out.data(), static_cast<std::size_t>(next - out.data())};
}
