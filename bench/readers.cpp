// SPDX-License-Identifier: MIT
// The detail tier: each part against the pread(2) calls it cannot do without, and against opening the
// files anew.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <memscape/readers/extended.hpp>
#include <memscape/readers/linux/cgroup/place.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "allocations.hpp"
#include "bare_calls.hpp"

namespace {

using memscape::path_of;

using bench::check;

constexpr auto status_path = "/proc/self/status";
constexpr auto rollup_path = "/proc/self/smaps_rollup";

/// What a limits_reader reads of this machine, and nothing that it does not find there.
auto limit_files() -> std::vector<std::string> {
  std::vector<std::string> files{"/proc/meminfo"};
  memscape::cgroup_place place;
  static_cast<void>(memscape::cgroup_finder{""}.find(place));
  auto const walk = memscape::walk_cgroups(place);
  auto const folder = place.folder.view().substr(0, walk.folder_size);
  constexpr std::array names = {"memory.limit_in_bytes", "memory.usage_in_bytes",
                                "memory.oom_control",    "memory.stat",
                                "memory.failcnt",        "memory.max",
                                "memory.current",        "memory.events",
                                "memory.high",           "memory.pressure"};
  for (auto const* const name : names) {
    auto const path = path_of(folder, name);
    if (place.version != 0 && ::access(path.c_str(), R_OK) == 0) files.emplace_back(path.view());
  }
  return files;
}

/// What descriptors cost beside a read: an fstat(2) each, or nothing where they are trusted.
enum class asks { whose_file, nothing };

void bare_preads(benchmark::State& state, std::vector<std::string> const& paths, asks first,
                 bool with_limit) {
  std::vector<int> files;
  for (auto const& path : paths) files.push_back(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  bench::measure(state, [&] {
    char text[8192];
    for (int const file : files) {
      if (first == asks::whose_file) bench::bare_fstat(file);
      check(::pread(file, text, sizeof text, 0) > 0);
    }
    benchmark::DoNotOptimize(text);
    if (with_limit) {
      rlimit limit{};
      check(::getrlimit(RLIMIT_AS, &limit) == 0);
      benchmark::DoNotOptimize(limit);
    }
  });
  for (int const file : files) ::close(file);
}

void open_read_close(benchmark::State& state, std::vector<std::string> const& paths) {
  bench::measure(state, [&] {
    char text[8192];
    for (auto const& path : paths) {
      int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      check(::read(file, text, sizeof text) > 0);
      ::close(file);
    }
    benchmark::DoNotOptimize(text);
  });
}

void status(benchmark::State& state) {
  memscape::status_reader reader;
  bench::measure(state, [&] {
    auto read = reader.read();
    check(read.value.has_value());
    benchmark::DoNotOptimize(read);
  });
}

void rollup(benchmark::State& state) {
  memscape::smaps_rollup_reader reader;
  bench::measure(state, [&] {
    auto read = reader.read();
    check(read.value.has_value());
    benchmark::DoNotOptimize(read);
  });
}

template <class Parse>
void parse(benchmark::State& state, char const* path, Parse const& parse_text) {
  char text[8192];
  int const file = ::open(path, O_RDONLY | O_CLOEXEC);
  auto const size = ::pread(file, text, sizeof text, 0);
  ::close(file);
  check(size > 0);
  std::string_view const whole{text, static_cast<std::size_t>(size)};
  bench::measure(state, [&] {
    auto parsed = parse_text(whole);
    check(parsed.has_value());
    benchmark::DoNotOptimize(parsed);
  });
}

void limits(benchmark::State& state, memscape::descriptor_policy descriptors) {
  memscape::limits_reader reader{{.descriptors = descriptors}};
  memscape::process_memory const memory{.rss = memscape::bytes{1}, .vms = memscape::bytes{2}};
  bench::measure(state, [&] {
    memscape::memory_limits read;
    memscape::read_errors errors;
    reader.read(memory, read, errors);
    check(read.ram_total.has_value());
    benchmark::DoNotOptimize(read);
  });
}

void walk(benchmark::State& state) {
  memscape::limits_reader reader;
  bench::measure(state, [&] {
    memscape::memory_limits read;
    memscape::read_errors errors;
    reader.walk_again();
    reader.read({}, read, errors);
    benchmark::DoNotOptimize(read);
  });
}

/// What a tick costs at least.
void bare_calls(benchmark::State& state) { bench::bare_calls(state, true); }

/// A tick at which no part of the detail is due.
void between(benchmark::State& state) {
  memscape::extended_options rarely;
  rarely.status_ms = rarely.rollup_ms = rarely.limits_ms = UINT32_MAX;
  memscape::extended_reader reader{memscape::native_reader{}, rarely};
  bench::measure(state, [&] {
    auto read = reader.read();
    benchmark::DoNotOptimize(read);
  });
}

void steady(benchmark::State& state) {
  memscape::trend trend;
  for (std::uint64_t i = 0; i < memscape::trend::size; ++i) {
    trend.add(i * 1'000'000'000, memscape::bytes{i * 5000 + i * 7919 % 1000});
  }
  bench::measure(state, [&] {
    auto found = trend.steady();
    check(found.has_value());
    benchmark::DoNotOptimize(found);
  });
}

BENCHMARK_CAPTURE(bare_preads, , {status_path}, asks::whose_file, false)
    ->Name("readers/bare_pread/status");
BENCHMARK(status)->Name("readers/memscape/status");
BENCHMARK_CAPTURE(open_read_close, , {status_path})->Name("readers/open_read_close/status");
BENCHMARK_CAPTURE(parse, , status_path, memscape::parse_status)
    ->Name("readers/memscape/parse_status");
BENCHMARK_CAPTURE(bare_preads, , {rollup_path}, asks::whose_file, false)
    ->Name("readers/bare_pread/rollup");
BENCHMARK(rollup)->Name("readers/memscape/rollup");
BENCHMARK_CAPTURE(open_read_close, , {rollup_path})->Name("readers/open_read_close/rollup");
BENCHMARK_CAPTURE(parse, , rollup_path, memscape::parse_smaps_rollup)
    ->Name("readers/memscape/parse_rollup");
BENCHMARK_CAPTURE(bare_preads, , limit_files(), asks::whose_file, true)
    ->Name("readers/bare_pread/limits");
BENCHMARK_CAPTURE(limits, , memscape::descriptor_policy::checked)->Name("readers/memscape/limits");
BENCHMARK_CAPTURE(bare_preads, , limit_files(), asks::nothing, true)
    ->Name("readers/bare_pread/limits_trusted");
BENCHMARK_CAPTURE(limits, , memscape::descriptor_policy::trusted)
    ->Name("readers/memscape/limits_trusted");
BENCHMARK_CAPTURE(open_read_close, , limit_files())->Name("readers/open_read_close/limits");
BENCHMARK(walk)->Name("readers/memscape/limits_and_walk");
BENCHMARK(steady)->Name("readers/memscape/forecast");
BENCHMARK(bare_calls)->Name("readers/three_bare_calls");
BENCHMARK(between)->Name("readers/memscape/detail_not_due");

}  // namespace
