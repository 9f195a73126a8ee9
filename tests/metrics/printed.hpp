// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

// Prints pages of metrics for parsers that we did not write to read. Before each stands a line of JSON: its
// format, its size in bytes, and the samples that have to be found on it, with label values in hex. Samples
// whose labels read alike are one, and their sum.
namespace test_support {

struct hostile_policy : memscape::metric_policy {
  static constexpr std::string_view prefix = "Vm_2";
  static constexpr memscape::metric_label labels[] = {
      {"quotes", "\"} 1\n# EOF\n"},
      {"_back_slash", "\\\\n\\"},
      {"bytes", std::string_view{"\0\xFF\xC0\x80\xED\xA0\x80\xE2\x82\r", 10}},
      {"empty", ""},
  };
  static constexpr bool with_node_labels = true;
  static constexpr auto help(std::string_view, std::string_view) noexcept -> std::string_view {
    return "several\nlines, a \"quote\", a \\ and \xFF";
  }
};

inline auto hex(std::string_view text) -> std::string {
  std::string digits;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    digits += "0123456789abcdef"[byte / 16];
    digits += "0123456789abcdef"[byte % 16];
  }
  return digits;
}

// The number in units of 10^-decimals.
inline auto decimal(std::uint64_t value, std::size_t decimals) -> std::string {
  auto text = std::to_string(value);
  if (text.size() <= decimals) text.insert(0, decimals + 1 - text.size(), '0');
  if (decimals != 0) text.insert(text.size() - decimals, 1, '.');
  return text;
}

// A detail's keys, and the samples that have to be there of them.
struct detail_sample {
  std::string_view key;
  char const* name;
  std::size_t decimals = 0;
  char const* label = "";
};
inline constexpr detail_sample detail_samples[] = {
    {"rss_anon", "process_resident_memory_anon_bytes"},
    {"rss_file", "process_resident_memory_file_bytes"},
    {"rss_shmem", "process_resident_memory_shared_bytes"},
    {"peak_rss_since_exec", "process_resident_memory_peak_bytes"},
    {"threads", "process_num_threads"},
    {"page_faults", "process_pagefaults_total"},
    {"footprint_peak", "*memory_footprint_peak_bytes"},
    {"compressed", "*memory_compressed_bytes"},
    {"swap", "*memory_swapped_bytes"},
    {"page_tables", "*memory_page_tables_bytes"},
    {"hugetlb", "*memory_hugetlb_bytes"},
    {"pss", "*memory_pss_bytes"},
    {"uss", "*memory_uss_bytes"},
    {"swap_pss", "*memory_swapped_pss_bytes"},
    {"lazy_free", "*memory_lazy_free_bytes"},
    {"anon_huge_pages", "*memory_anon_huge_pages_bytes"},
    {"locked", "*memory_locked_bytes"},
    {"rollup_cost_us", "*memory_rollup_cost_seconds", 6},
    {"status_age_ms", "*memory_reading_age_seconds", 3, "status"},
    {"rollup_age_ms", "*memory_reading_age_seconds", 3, "smaps_rollup"},
};
inline constexpr detail_sample limit_samples[] = {
    {"limit", "*memory_limit_bytes", 0, "limit"},
    {"limit_used", "*memory_limit_used_bytes", 0, "limit"},
    {"headroom", "*memory_headroom_bytes", 0, "limit"},
    {"time_to_limit_ms", "*memory_time_to_limit_seconds", 3},
    {"growth_per_second", "*memory_growth_bytes_per_second"},
    {"forecast_window_ms", "*memory_forecast_window_seconds", 3},
    {"oom_kills", "*memory_oom_kills_total"},
    {"cgroup_limit_hits", "*memory_cgroup_limit_hits_total"},
    {"pressure_some_us", "*memory_pressure_waiting_seconds_total", 6},
    {"pressure_full_us", "*memory_pressure_stalled_seconds_total", 6},
    {"pressure_some_avg10_bp", "*memory_pressure_waiting_ratio", 4},
    {"pressure_full_avg10_bp", "*memory_pressure_stalled_ratio", 4},
    {"cgroup_limit", "*memory_cgroup_limit_bytes"},
    {"cgroup_high", "*memory_cgroup_high_bytes"},
    {"cgroup_current", "*memory_cgroup_current_bytes"},
    {"cgroup_reclaimable", "*memory_cgroup_reclaimable_bytes"},
    {"data_limit", "*memory_data_limit_bytes"},
    {"data_used", "*memory_data_used_bytes"},
    {"ram_total", "*memory_machine_bytes"},
    {"ram_available", "*memory_machine_available_bytes"},
    {"limits_age_ms", "*memory_limits_age_seconds", 3},
    {"address_space_limit", "process_virtual_memory_max_bytes"},
};

// A tree, its numbers and a policy, as values: what is not a template is compiled once, not a thousand times.
struct subject {
  char const* what;
  std::span<memscape::layout_node const> nodes;
  std::span<memscape::usage const> usages;
  memscape::process_memory const& process;
  std::string_view prefix;
  std::span<memscape::metric_label const> labels;
  bool with_node_labels;
  memscape::extended_memory const* detail = nullptr;
  std::string more_samples{};
};

// A sample as the line of JSON has it; the name's star stands for the prefix.
inline auto sample_of(subject const& of, std::string name, std::string labels,
                      std::string const& value) -> std::string {
  if (name.starts_with('*')) name = std::string{of.prefix} + '_' + name.substr(1);
  for (auto const& label : of.labels) {
    labels += ",\"" + std::string{label.name} + "\":\"" + hex(label.value) + '"';
  }
  if (!labels.empty()) labels.erase(0, 1);
  return ",[\"" + name + "\",{" + labels + "}," + value + ']';
}
inline auto label_of(std::string const& name, std::string_view value) -> std::string {
  return ",\"" + name + "\":\"" + hex(value) + '"';
}

template <class Struct, std::size_t Size>
auto samples_of(subject const& of, Struct const& detail, detail_sample const (&samples)[Size],
                auto const& fields, memscape::limit_kind kind) -> std::string {
  std::string text;
  bool const is_limited = kind != memscape::limit_kind::none && kind != memscape::limit_kind::vms;
  for (auto const& sample : samples) {
    bool const of_limit = std::string_view{sample.label} == "limit";
    if (of_limit && !is_limited) continue;
    std::string labels;
    if (of_limit) {
      labels = label_of("limit", name_of(kind));
    } else if (*sample.label != '\0') {
      labels = label_of("reading", sample.label);
    }
    for (auto const& field : fields) {
      if (field.key != sample.key || !field.get(detail)) continue;
      text += sample_of(of, sample.name, labels, decimal(*field.get(detail), sample.decimals));
    }
  }
  return text;
}

// The samples that a page has to hold, by names that are written out here.
inline auto samples_of(subject const& of) -> std::string {
  std::string text;
  auto const add = [&](std::string const& name, auto const& value, std::string const& labels = "") {
    if (!value) return;
    text += sample_of(of, name, labels, std::to_string(value->value()));
  };
  add("process_resident_memory_bytes", of.process.rss);
  add("process_virtual_memory_bytes", of.process.vms);
  add("process_minor_pagefaults_total", of.process.page_faults_minor);
  add("process_major_pagefaults_total", of.process.page_faults_major);
  std::string const prefix = std::string{of.prefix} + "_memory_";
  if (of.process.rss) {
    memscape::bytes tracked;
    for (std::size_t i = 0; i < of.nodes.size(); ++i) {
      if (of.nodes[i].is_root()) tracked += of.usages[i].used;
    }
    add(prefix + "untracked_bytes", std::optional{*of.process.rss - tracked});
    add(prefix + "overcounted_bytes", std::optional{tracked - *of.process.rss});
  }
  for (std::size_t i = 0; i < of.nodes.size(); ++i) {
    auto const& node = of.nodes[i];
    if (node.is_group) continue;
    std::string labels = R"(,"subsystem":")" + hex(node.key) + '"';
    if (!node.is_root()) labels += R"(,"parent":")" + hex(of.nodes[node.parent].key) + '"';
    if (of.with_node_labels) labels += R"(,"label":")" + hex(node.label) + '"';
    add(prefix + "used_bytes", std::optional{of.usages[i].used}, labels);
    add(prefix + "committed_bytes", of.usages[i].committed, labels);
    add(prefix + "peak_bytes", of.usages[i].peak, labels);
  }
  if (of.detail != nullptr) {
    add(prefix + "footprint_bytes", of.process.footprint);
    add(prefix + "commit_bytes", of.process.commit);
    auto const kind = of.detail->limits.kind;
    text += samples_of(of, *of.detail, detail_samples, memscape::extended_fields, kind);
    text += samples_of(of, of.detail->limits, limit_samples, memscape::limit_fields, kind);
  }
  text += of.more_samples;
  if (!text.empty()) text.erase(0, 1);
  return text;
}

inline void print(subject const& of, std::string_view format, std::string_view page) {
  std::printf(R"({"what":"%s","format":"%.*s","size":%zu,"samples":[%s]})"
              "\n",
              of.what, static_cast<int>(format.size()), format.data(), page.size(),
              samples_of(of).c_str());
  std::fwrite(page.data(), 1, page.size(), stdout);
}

template <class Policy, class Layout>
auto subject_of(char const* what, memscape::snapshot<Layout> const& snap) -> subject {
  subject of{what,           Layout::nodes,           snap.nodes, snap.process, Policy::prefix,
             Policy::labels, Policy::with_node_labels};
  if constexpr (requires { snap.process.limits; }) of.detail = &snap.process;
  return of;
}

template <class Policy, class Layout>
void print(char const* what, memscape::snapshot<Layout> const& snap) {
  auto const of = subject_of<Policy>(what, snap);
  static std::array<char, 64 * 1024> page;
  print(of, "prometheus",
        memscape::metric_page<memscape::metric_format::prometheus, Policy>::write(page, snap));
  print(of, "openmetrics",
        memscape::metric_page<memscape::metric_format::openmetrics, Policy>::write(page, snap));
}

inline void randomize(memscape::process_memory& process, std::span<memscape::usage> usages,
                      test_support::random_numbers random) {
  auto const drawn = random_snapshot<test_support::one_leaf>(random);
  process = drawn.process;
  for (auto& usage : usages) {
    usage = random_snapshot<test_support::one_leaf>(random).nodes[0];
  }
}

template <class Layout>
auto randomized(std::uint64_t seed) -> memscape::snapshot<Layout> {
  memscape::snapshot<Layout> snap;
  randomize(snap.process, snap.nodes, random_numbers{seed});
  return snap;
}

}  // namespace test_support
