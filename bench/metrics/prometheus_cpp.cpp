// SPDX-License-Identifier: MIT
// A registry of prometheus-cpp: a page is its gauges set, collected and serialized.
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include "encoders.hpp"

namespace {

using layout = bench::metrics::snapshot::layout;

class page {
 public:
  page() {
    scalars_.push_back(&gauge("process_resident_memory_bytes", "Resident memory size in bytes."));
    scalars_.push_back(&gauge("process_virtual_memory_bytes", "Virtual memory size in bytes."));
    counters_.push_back(
        &counter("process_minor_pagefaults_total", "Page faults served without disk I/O."));
    counters_.push_back(
        &counter("process_major_pagefaults_total", "Page faults that waited for disk I/O."));
    scalars_.push_back(&gauge("memscape_memory_untracked_bytes",
                              "Resident memory that no subsystem accounts for."));
    scalars_.push_back(&gauge("memscape_memory_overcounted_bytes",
                              "What the subsystems have in use beyond resident memory."));
    add(used_, "memscape_memory_used_bytes",
        "Memory that a subsystem has handed out and not got back.");
    add(committed_, "memscape_memory_committed_bytes",
        "Memory obtained from the system for a subsystem, free lists and metadata included.");
    add(peak_, "memscape_memory_peak_bytes", "The most memory that a subsystem has had in use.");
  }

  void set(bench::metrics::snapshot const& snap) {
    set(*scalars_[0], snap.process.rss->value());
    set(*scalars_[1], snap.process.vms->value());
    set(*counters_[0], snap.process.page_faults_minor->value());
    set(*counters_[1], snap.process.page_faults_major->value());
    set(*scalars_[2], snap.untracked()->value());
    set(*scalars_[3], snap.overcounted()->value());
    std::size_t leaf = 0;
    for (std::size_t i = 0; i < layout::size; ++i) {
      if (layout::nodes[i].is_group) continue;
      set(*used_[leaf], snap.nodes[i].used.value());
      set(*committed_[leaf], snap.nodes[i].committed->value());
      set(*peak_[leaf++], snap.nodes[i].peak->value());
    }
  }

  [[nodiscard]] auto text() -> std::string {
    std::ostringstream out;
    serializer_.Serialize(out, registry_.Collect());
    return out.str();
  }

 private:
  using gauges = std::vector<prometheus::Gauge*>;

  auto gauge(std::string const& name, std::string const& help) -> prometheus::Gauge& {
    return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add({});
  }
  auto counter(std::string const& name, std::string const& help) -> prometheus::Counter& {
    return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add({});
  }
  void add(gauges& to, std::string const& name, std::string const& help) {
    auto& family = prometheus::BuildGauge().Name(name).Help(help).Register(registry_);
    for (auto const& node : layout::nodes) {
      if (node.is_group) continue;
      prometheus::Labels labels{{"subsystem", std::string{node.key}}};
      if (!node.is_root()) labels.emplace("parent", layout::nodes[node.parent].key);
      to.push_back(&family.Add(labels));
    }
  }
  static void set(prometheus::Gauge& of, std::uint64_t value) {
    of.Set(static_cast<double>(value));
  }
  static void set(prometheus::Counter& of, std::uint64_t value) {
    of.Increment(static_cast<double>(value) - of.Value());
  }

  prometheus::Registry registry_;
  prometheus::TextSerializer serializer_;
  gauges scalars_;
  std::vector<prometheus::Counter*> counters_;
  gauges used_;
  gauges committed_;
  gauges peak_;
};

}  // namespace

auto bench::metrics::write_prometheus_cpp(std::span<char> out, snapshot const& snap)
    -> std::string_view {
  static page metrics;
  metrics.set(snap);
  auto const text = metrics.text();
  std::copy(text.begin(), text.end(), out.begin());
  return {out.data(), text.size()};
}
