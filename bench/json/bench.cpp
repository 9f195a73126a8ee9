// SPDX-License-Identifier: MIT
// 45 numbers and 8 names as one SSE event of JSON, by memscape and by its peers.
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memscape/exporters/sse_json.hpp>
#include <random>
#include <vector>

#include "allocations.hpp"
#include "encoders.hpp"

namespace {

using memscape::bytes, memscape::count;

/// Snapshots of a process at work: each number drifts by some percent. Writing one and the same again
/// and again would teach the branch predictor its digits.
auto make_snapshots() -> std::vector<bench::snapshot> {
  std::mt19937_64 random{20};
  auto const around = [&random](std::uint64_t value) {
    return value - value / 20 + random() % (value / 10 + 1);
  };
  std::vector<bench::snapshot> all(64);
  for (auto& snap : all) {
    snap.sequence = 4'711 + static_cast<std::uint64_t>(&snap - all.data());
    snap.time_ms = 1'764'000'000'000 + 250 * snap.sequence;
    snap.sample_ns = around(2'300);
    auto& process = snap.process;
    process.rss = bytes{around(120'000) * 4'096};
    process.vms = bytes{around(610'000) * 4'096};
    process.shared = bytes{around(4'100) * 4'096};
    process.data = bytes{around(180'000) * 4'096};
    process.peak_rss = bytes{around(140'000) * 4'096};
    process.page_faults_minor = count{around(312'000)};
    process.page_faults_major = count{around(17)};
    std::uint64_t typical = 500'000;
    for (std::size_t i = 0; i < snap.nodes.size(); ++i) {
      auto& node = snap.nodes[i];
      typical += 1'700'000 * (i % 3);
      node.used = bytes{around(typical)};
      node.committed = bytes{around(typical * 3 / 2)};
      node.peak = bytes{around(typical * 5 / 4)};
      node.objects = count{around(typical / 70)};
      node.slot_count = count{around(typical / 48)};
    }
  }
  return all;
}

using frame = std::array<char, memscape::sse_json::max_size<bench::snapshot::layout>>;

/// A faster row that writes something else is no peer.
void must_agree(bench::encoder* encode, std::vector<bench::snapshot> const& snapshots) {
  for (auto const& snap : snapshots) {
    frame a, b;
    auto const ours = bench::write_memscape(a, snap);
    auto const theirs = encode(b, snap);
    if (!ours.empty() && ours == theirs) continue;
    std::fprintf(stderr, "bench: two encoders disagree:\n%.*s\n%.*s\n",
                 static_cast<int>(ours.size()), ours.data(), static_cast<int>(theirs.size()),
                 theirs.data());
    std::abort();
  }
}

void encode(benchmark::State& state, bench::encoder* encode) {
  auto const snapshots = make_snapshots();
  must_agree(encode, snapshots);
  frame out;
  std::size_t next = 0;
  bench::measure(state, [&] {
    auto const text = encode(out, snapshots[next++ % 64]);
    benchmark::DoNotOptimize(text);
  });
  state.counters["bytes"] = static_cast<double>(encode(out, snapshots[0]).size());
}

BENCHMARK_CAPTURE(encode, memscape, bench::write_memscape)->Name("sse_json/memscape");
BENCHMARK_CAPTURE(encode, hand_unrolled, bench::write_hand_unrolled)
    ->Name("sse_json/hand_unrolled");
BENCHMARK_CAPTURE(encode, fmt_compile, bench::write_fmt_compile)->Name("sse_json/fmt_compile");
BENCHMARK_CAPTURE(encode, rapidjson, bench::write_rapidjson)->Name("sse_json/rapidjson");
BENCHMARK_CAPTURE(encode, snprintf, bench::write_snprintf)->Name("sse_json/snprintf");
BENCHMARK_CAPTURE(encode, nlohmann, bench::write_nlohmann)->Name("sse_json/nlohmann");

}  // namespace
