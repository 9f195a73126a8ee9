// SPDX-License-Identifier: MIT
// Prints pages of metrics for parsers that we did not write to read. Before each stands a line of JSON: its
// format, its size in bytes, and the samples that have to be found on it, with label values in hex.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memscape/exporters/openmetrics.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "drawn_tree.hpp"
#include "exporters/random.hpp"
#include "exporters/trees.hpp"
#include "golden/registry.hpp"

namespace {

using memscape::metric_format;
using memscape::metric_label;
using memscape::snapshot;
using test_support::drawn_layout;
using test_support::random_numbers;
using test_support::random_snapshot;

struct hostile_policy : memscape::metric_policy {
  static constexpr std::string_view prefix = "Vm_2";
  static constexpr metric_label labels[] = {
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

auto hex(std::string_view text) -> std::string {
  std::string digits;
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    digits += "0123456789abcdef"[byte / 16];
    digits += "0123456789abcdef"[byte % 16];
  }
  return digits;
}

// A tree, its numbers and a policy, as values: what is not a template is compiled once, not a thousand times.
struct subject {
  char const* what;
  std::span<memscape::layout_node const> nodes;
  std::span<memscape::usage const> usages;
  memscape::process_memory const& process;
  std::string_view prefix;
  std::span<metric_label const> labels;
  bool with_node_labels;
};

// The samples that a page has to hold, by names that are written out here.
auto samples_of(subject const& of) -> std::string {
  std::string text;
  auto const add = [&](std::string const& name, auto const& value, std::string labels = "") {
    if (!value) return;
    for (auto const& label : of.labels) {
      labels += ",\"" + std::string{label.name} + "\":\"" + hex(label.value) + '"';
    }
    if (!labels.empty()) labels.erase(0, 1);
    text += (text.empty() ? "[\"" : ",[\"") + name + "\",{" + labels + "}," +
            std::to_string(value->value()) + ']';
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
  return text;
}

void print(subject const& of, std::string_view format, std::string_view page) {
  std::printf(R"({"what":"%s","format":"%.*s","size":%zu,"samples":[%s]})"
              "\n",
              of.what, static_cast<int>(format.size()), format.data(), page.size(),
              samples_of(of).c_str());
  std::fwrite(page.data(), 1, page.size(), stdout);
}

template <class Policy, class Layout>
void print(char const* what, snapshot<Layout> const& snap) {
  subject const of{
      what,           Layout::nodes,           snap.nodes, snap.process, Policy::prefix,
      Policy::labels, Policy::with_node_labels};
  static std::array<char, 64 * 1024> page;
  print(of, "prometheus",
        memscape::metric_page<metric_format::prometheus, Policy>::write(page, snap));
  print(of, "openmetrics",
        memscape::metric_page<metric_format::openmetrics, Policy>::write(page, snap));
}

void randomize(memscape::process_memory& process, std::span<memscape::usage> usages,
               random_numbers random) {
  auto const drawn = random_snapshot<test_support::one_leaf>(random);
  process = drawn.process;
  for (auto& usage : usages) {
    usage = random_snapshot<test_support::one_leaf>(random).nodes[0];
  }
}

template <class Layout>
auto randomized(std::uint64_t seed) -> snapshot<Layout> {
  snapshot<Layout> snap;
  randomize(snap.process, snap.nodes, random_numbers{seed});
  return snap;
}

template <class Layout>
void print_kinds(char const* what) {
  snapshot<Layout> zero;
  zero.process.rss = zero.process.vms = memscape::bytes{0};
  zero.process.page_faults_minor = zero.process.page_faults_major = memscape::count{0};
  for (auto& node : zero.nodes) node.committed = node.peak = memscape::bytes{0};
  auto largest = memscape::longest_snapshot<Layout>();
  largest.process.rss = memscape::bytes::max();
  print<hostile_policy>(what, snapshot<Layout>{});
  print<hostile_policy>(what, zero);
  print<hostile_policy>(what, largest);
  print<hostile_policy>(what, randomized<Layout>(1));
  print<memscape::metric_policy>(what, randomized<Layout>(1));
}

// 250 trees a program: together they would take a compiler more memory than some machines have.
constexpr std::uint64_t trees = 250;

template <std::uint64_t... Seed>
void print_all_drawn(std::integer_sequence<std::uint64_t, Seed...>) {
  constexpr std::uint64_t first = MEMSCAPE_PART * trees;
  (print<memscape::metric_policy>("drawn", randomized<drawn_layout<first + 2 * Seed>>(Seed)), ...);
  (print<hostile_policy>("drawn", randomized<drawn_layout<first + 2 * Seed + 1>>(Seed)), ...);
}

}  // namespace

auto main() -> int {
  print_all_drawn(std::make_integer_sequence<std::uint64_t, trees / 2>{});
  if (MEMSCAPE_PART != 0) return 0;
  print_kinds<test_support::hostile>("hostile");
  print_kinds<test_support::one_leaf>("one leaf");
  print_kinds<memscape::layout<>>("no tree");
  // All is known; a read failed; sources claim more than RSS; nothing can be larger.
  auto memory = test_support::make_golden_registry();
  for (int i = 0; i < 4; ++i) print<memscape::metric_policy>("golden", memory.collect());
}
