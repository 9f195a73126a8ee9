// SPDX-License-Identifier: MIT
// 45 numbers as one page of metrics, by memscape and by its peers.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memscape/exporters/prometheus.hpp>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "../allocations.hpp"
#include "encoders.hpp"

namespace {

using namespace bench::metrics;
using memscape::bytes, memscape::count;

/// As in ../json/bench.cpp: 64 of them, so that no branch predictor learns their digits. Only
/// the counters stand still, because prometheus-cpp's cannot go back.
auto make_snapshots() -> std::vector<snapshot> {
  std::mt19937_64 random{21};
  auto const around = [&random](std::uint64_t value) {
    return value - value / 20 + random() % (value / 10 + 1);
  };
  std::vector<snapshot> all(64);
  for (auto& snap : all) {
    auto& process = snap.process;
    process.rss = bytes{around(120'000) * 4'096};
    process.vms = bytes{around(610'000) * 4'096};
    process.page_faults_minor = count{312'411};
    process.page_faults_major = count{17};
    std::uint64_t typical = 500'000;
    for (std::size_t i = 0; i < snap.nodes.size(); ++i) {
      auto& node = snap.nodes[i];
      typical += 1'700'000 * (i % 3);
      node.used = bytes{around(typical)};
      node.committed = bytes{around(typical * 3 / 2)};
      node.peak = bytes{around(typical * 5 / 4)};
    }
  }
  return all;
}

using page = std::array<char, memscape::metrics<>::max_size<snapshot::layout>>;

/// A page's lines in one order, with the labels of each in one order: prometheus-cpp has its own.
auto canonical(std::string_view text) -> std::vector<std::string> {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto const end = text.find('\n');
    std::string line{text.substr(0, end)};
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    auto const open = line.find('{');
    auto const comma = line.find(",parent=");
    auto const close = line.find('}');
    if (open != std::string::npos && comma != std::string::npos) {
      line = line.substr(0, open + 1) + line.substr(comma + 1, close - comma - 1) + "," +
             line.substr(open + 1, comma - open - 1) + line.substr(close);
    }
    lines.push_back(line);
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

/// A faster row that writes something else is no peer.
void must_agree(encoder* encode, std::vector<snapshot> const& snapshots) {
  for (auto const& snap : snapshots) {
    page a, b;
    auto const ours = write_memscape(a, snap);
    auto const theirs = encode(b, snap);
    if (!ours.empty() && canonical(ours) == canonical(theirs)) continue;
    std::fprintf(stderr, "bench: two pages of metrics disagree:\n%.*s\n%.*s\n",
                 static_cast<int>(ours.size()), ours.data(), static_cast<int>(theirs.size()),
                 theirs.data());
    std::abort();
  }
}

void encode(benchmark::State& state, encoder* encode, bool agrees = true) {
  static auto const snapshots = make_snapshots();
  if (agrees) must_agree(encode, snapshots);
  page out;
  std::size_t next = 0;
  bench::measure(state, [&] {
    auto const text = encode(out, snapshots[next++ % 64]);
    benchmark::DoNotOptimize(text);
  });
  state.counters["bytes"] = static_cast<double>(encode(out, snapshots[63]).size());
}

BENCHMARK_CAPTURE(encode, memscape, write_memscape)->Name("metrics/memscape");
BENCHMARK_CAPTURE(encode, memscape_openmetrics, write_memscape_openmetrics, false)
    ->Name("metrics/memscape_openmetrics");
BENCHMARK_CAPTURE(encode, hand_cached, write_hand_cached)->Name("metrics/hand_cached");
BENCHMARK_CAPTURE(encode, prometheus_cpp, write_prometheus_cpp)->Name("metrics/prometheus_cpp");

}  // namespace
