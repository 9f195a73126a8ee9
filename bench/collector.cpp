// SPDX-License-Identifier: MIT
// One snapshot of the process: ours against the system calls it cannot do without, and against the
// usual ways to read the same numbers.
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "allocations.hpp"
#include "bare_calls.hpp"
#include "runtime.hpp"

namespace {

/// Threads that wait until they are let go: getrusage(2) sums over all threads of the process.
class idle_threads {
 public:
  explicit idle_threads(std::int64_t n) {
    for (std::int64_t i = 0; i < n; ++i) {
      threads_.emplace_back([this] {
        std::unique_lock lock{mutex_};
        may_go_.wait(lock, [this] { return go_; });
      });
    }
  }
  idle_threads(idle_threads const&) = delete;
  auto operator=(idle_threads const&) -> idle_threads& = delete;
  ~idle_threads() {
    {
      std::lock_guard lock{mutex_};
      go_ = true;
    }
    may_go_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

 private:
  std::mutex mutex_;
  std::condition_variable may_go_;
  bool go_ = false;
  std::vector<std::thread> threads_;
};

using bench::check;

void bare_calls(benchmark::State& state, bool with_fstat) {
  idle_threads const others{state.range(0)};
  bench::bare_calls(state, with_fstat);
}

void collect(benchmark::State& state, memscape::descriptor_policy descriptors) {
  idle_threads const others{state.range(0)};
  auto const rt = std::make_unique<bench::runtime>();
  memscape::native_reader reader{{.descriptors = descriptors}};
  auto memory = bench::make_demo_memory(std::move(reader), *rt);
  bench::measure(state, [&memory] {
    auto snap = memory.collect();
    benchmark::DoNotOptimize(snap);
  });
}

void open_read_close(benchmark::State& state) {
  idle_threads const others{state.range(0)};
  bench::measure(state, [] {
    char text[160];
    int const statm = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    check(::read(statm, text, sizeof text) > 0);
    ::close(statm);
    benchmark::DoNotOptimize(text);
    rusage usage;
    check(::getrusage(RUSAGE_SELF, &usage) == 0);
    benchmark::DoNotOptimize(usage);
  });
}

/// As most programs do it.
void fopen_fscanf(benchmark::State& state) {
  idle_threads const others{state.range(0)};
  bench::measure(state, [] {
    struct {
      std::size_t rss, vms, shared, data;
      std::uint64_t minor, major;
    } memory{};
    if (std::FILE* const file = std::fopen("/proc/self/statm", "r")) {
      unsigned long size = 0, resident = 0, shared = 0, text = 0, lib = 0, data = 0, dirty = 0;
      if (std::fscanf(file, "%lu %lu %lu %lu %lu %lu %lu", &size, &resident, &shared, &text, &lib,
                      &data, &dirty) == 7) {
        auto const page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
        memory.vms = size * page;
        memory.rss = resident * page;
        memory.shared = shared * page;
        memory.data = data * page;
      }
      std::fclose(file);
    }
    check(memory.rss != 0);
    rusage usage;
    if (::getrusage(RUSAGE_SELF, &usage) == 0) {
      memory.minor = static_cast<std::uint64_t>(usage.ru_minflt);
      memory.major = static_cast<std::uint64_t>(usage.ru_majflt);
    }
    benchmark::DoNotOptimize(memory);
  });
}

void with_idle_threads(benchmark::internal::Benchmark* row) {
  row->ArgName("idle")->Arg(0)->Arg(50);
}

BENCHMARK_CAPTURE(bare_calls, , true)->Name("collector/three_bare_calls")->Apply(with_idle_threads);
BENCHMARK_CAPTURE(collect, , memscape::descriptor_policy::checked)
    ->Name("collector/memscape")
    ->Apply(with_idle_threads);
BENCHMARK_CAPTURE(bare_calls, , false)->Name("collector/two_bare_calls")->Apply(with_idle_threads);
BENCHMARK_CAPTURE(collect, , memscape::descriptor_policy::trusted)
    ->Name("collector/memscape_trusted")
    ->Apply(with_idle_threads);
BENCHMARK(open_read_close)->Name("collector/open_read_close")->Apply(with_idle_threads);
BENCHMARK(fopen_fscanf)->Name("collector/fopen_fscanf")->Apply(with_idle_threads);

}  // namespace
