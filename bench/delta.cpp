// SPDX-License-Identifier: MIT
// What a tick of a stream costs: seeing that nothing is news in 45 numbers, and sending five that changed.
#include <benchmark/benchmark.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>
#include <memscape/exporters/delta_stream.hpp>
#include <string_view>
#include <vector>

#include "allocations.hpp"
#include "json/encoders.hpp"

namespace {

using memscape::bytes, memscape::count;
using stream = memscape::delta_stream<bench::snapshot::layout>;
using frame = std::array<char, stream::max_size>;

constexpr std::size_t leaf = 0;

auto make_snapshot(std::uint64_t sequence) -> bench::snapshot {
  bench::snapshot snap;
  snap.sequence = sequence;
  snap.time_ms = 1'764'000'000'000 + 250 * sequence;
  snap.sample_ns = 2'300 + sequence * 7 % 50;
  auto& process = snap.process;
  process.rss = bytes{491'520'000};
  process.vms = bytes{2'498'560'000};
  process.shared = bytes{16'793'600};
  process.data = bytes{737'280'000};
  process.peak_rss = bytes{573'440'000};
  process.page_faults_minor = count{312'000};
  process.page_faults_major = count{17};
  std::uint64_t value = 500'000;
  for (auto& node : snap.nodes) {
    node = {.used = bytes{value},
            .committed = bytes{value * 3 / 2},
            .peak = bytes{value * 5 / 4},
            .objects = count{value / 70},
            .slot_count = count{value / 48}};
    value += 1'700'000;
  }
  return snap;
}

/// Changes five numbers of the wire: rss, untracked, faults, and a pool's committed bytes and objects.
void move(bench::snapshot& snap, std::uint64_t by) {
  snap.process.rss = bytes{491'520'000 + 6'553'600 * by};
  snap.process.page_faults_minor = count{312'000 + 1'600 * by};
  snap.nodes[leaf].committed = bytes{750'000 + 65'536 * by};
  snap.nodes[leaf].objects = count{7'142 + 131 * by};
}

auto make_snapshots(bool moving) -> std::vector<bench::snapshot> {
  std::vector<bench::snapshot> all;
  for (std::uint64_t i = 0; i < 64; ++i) {
    all.push_back(make_snapshot(4'711 + i));
    if (moving) move(all.back(), i * 7 % 13);
  }
  return all;
}

void nothing_new(benchmark::State& state) {
  auto const snapshots = make_snapshots(false);
  stream of{memscape::stream_id{42}};
  frame out;
  benchmark::DoNotOptimize(of.next(out, snapshots[0], 1));
  std::size_t next = 0;
  bench::measure(state, [&] {
    auto const result = of.next(out, snapshots[next++ % 64], 2);
    benchmark::DoNotOptimize(result);
    if (result.kind != memscape::frame_kind::none) state.SkipWithError("it was news");
  });
}

void five_changed(benchmark::State& state) {
  auto const snapshots = make_snapshots(true);
  stream of{memscape::stream_id{42}};
  frame out;
  benchmark::DoNotOptimize(of.next(out, snapshots[63], 1));
  std::size_t next = 0;
  bench::measure(state, [&] {
    auto const result = of.next(out, snapshots[next++ % 64], 2);
    benchmark::DoNotOptimize(result);
    if (result.kind != memscape::frame_kind::delta) state.SkipWithError("it was no delta");
  });
}

/// The least that can be done: 45 plain integers compared, and the changed ones between constant texts.
void by_hand(benchmark::State& state) {
  using numbers = std::array<std::uint64_t, 45>;
  std::vector<numbers> snapshots(64);
  for (std::size_t i = 0; i < snapshots.size(); ++i) {
    auto& all = snapshots[i];
    for (std::size_t n = 0; n < all.size(); ++n) all[n] = 500'000 + 1'700'000 * n;
    auto const by = i * 7 % 13;
    for (std::size_t const n : {0U, 5U, 14U, 21U, 23U}) all[n] += 65'536 * by;
  }
  frame out;
  std::size_t next = 0;
  numbers last = snapshots[63];
  bench::measure(state, [&] {
    auto const& now = snapshots[next++ % 64];
    char* to = out.data();
    auto const put = [&](std::string_view text) {
      std::memcpy(to, text.data(), text.size());
      to += text.size();
    };
    auto const number = [&](std::uint64_t value) { to = std::to_chars(to, to + 20, value).ptr; };
    put("id: 000000000000002a-");
    number(next);
    put("\nevent: delta\ndata: {\"seq\":");
    number(next);
    put(",\"base\":");
    number(next - 1);
    put(",\"time_ms\":");
    number(1'764'000'000'000 + next);
    put(",\"sample_ns\":");
    number(2'300 + next % 50);
    for (std::size_t n = 0; n < now.size(); ++n) {
      if (now[n] == last[n]) continue;
      put(",\"some_key_of_it\":");
      number(now[n]);
    }
    put("}\n\n");
    last = now;
    benchmark::DoNotOptimize(to);
  });
}

BENCHMARK(nothing_new)->Name("delta/memscape/nothing_new");
BENCHMARK(five_changed)->Name("delta/memscape/five_of_45");
BENCHMARK(by_hand)->Name("delta/by_hand/five_of_45");

}  // namespace
