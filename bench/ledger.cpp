// SPDX-License-Identifier: MIT
// A whole ledger against the bare kernel reads that it makes, and what an entry of smaps takes to parse.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <utility>
#include <vector>

#include "allocations.hpp"

namespace {

void check(bool good) {
  if (!good) std::abort();
}

/// Memory in RAM in ordinary pages, as much as BENCH_TOUCHED_MIB says: 4 GiB if it says nothing.
class touched_memory {
 public:
  touched_memory() {
    auto const* const wanted = std::getenv("BENCH_TOUCHED_MIB");
    size_ = (wanted != nullptr ? std::strtoull(wanted, nullptr, 10) : 4096) << 20U;
    begin_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    check(begin_ != MAP_FAILED);
    ::madvise(begin_, size_, MADV_NOHUGEPAGE);
  }
  touched_memory(touched_memory const&) = delete;
  auto operator=(touched_memory const&) -> touched_memory& = delete;
  ~touched_memory() { ::munmap(begin_, size_); }

  /// False where the machine has no such memory to spare.
  [[nodiscard]] auto touch() const -> bool {
    auto const free = static_cast<std::size_t>(::sysconf(_SC_AVPHYS_PAGES)) *
                      static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    if (free < size_ + size_ / 4) return false;
    std::memset(begin_, 1, size_);
    return true;
  }

 private:
  std::size_t size_;
  void* begin_;
};

/// Address space in many mappings: every other page is read-only. All are in RAM.
class many_mappings {
 public:
  explicit many_mappings(std::size_t mappings) : size_{(mappings + 1) * page} {
    begin_ = static_cast<char*>(
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    check(begin_ != MAP_FAILED);
    std::memset(begin_, 1, size_);
    for (std::size_t i = 0; i < mappings; i += 2)
      check(::mprotect(begin_ + i * page, page, PROT_READ) == 0);
  }
  many_mappings(many_mappings const&) = delete;
  auto operator=(many_mappings const&) -> many_mappings& = delete;
  ~many_mappings() { ::munmap(begin_, size_); }

 private:
  static constexpr std::size_t page = 4096;
  std::size_t size_;
  char* begin_;
};

struct no_ranges {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void audit(benchmark::State& state) {
  memscape::registry const memory{memscape::native_reader{}, memscape::leaf<"none">(no_ranges{})};
  static auto const place = ::operator new(64 * 1024);
  auto& auditor = *::new (place) memscape::auditor{memory};
  bench::measure(state, [&] { benchmark::DoNotOptimize(auditor.audit()); });
  state.counters["closure_error"] = static_cast<double>(auditor.last().closure_error->value() +
                                                        auditor.last().unexplained->value());
  std::destroy_at(&auditor);
}

/// The files of what is outside RSS.
auto outside_files() -> std::vector<std::string> {
  std::vector<std::string> files{"/proc/self/status", "/proc/self/cgroup", "/proc/self/mountinfo"};
  memscape::cgroup_place place;
  check(!memscape::cgroup_finder{""}.find(place));
  auto const folder = std::string{place.folder.view()};
  if (place.version == 2) files.push_back(folder + "/memory.stat");
  if (place.version == 1) {
    for (auto const* const name :
         {"/memory.kmem.usage_in_bytes", "/memory.kmem.tcp.usage_in_bytes"})
      files.push_back(folder + name);
  }
  return files;
}

/// The system calls of an audit, and nothing made of them.
void bare_reads(benchmark::State& state) {
  std::vector<memscape::mapping> mappings;
  memscape::mapping_source source;
  check(source.open(false));
  while (auto const* const next = source.next()) mappings.push_back(next->map);
  int const statm = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  auto const outside = outside_files();
  memscape::page_runs runs;
  static char buffer[4096];
  bench::measure(state, [&] {
    check(::pread(statm, buffer, sizeof buffer, 0) > 0);
    memscape::page_states pages;
    pages.open();
    int const maps = ::open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    while (::read(maps, buffer, sizeof buffer) > 0) benchmark::DoNotOptimize(buffer);
    std::uint64_t known = 0;
    for (auto const& map : mappings) {
      if (map.kind == memscape::mapping_kind::kernel) continue;
      for (known = std::max(known, map.begin); known < map.end;) {
        auto const next = pages.read(known, known + (8U << 20U), runs, map.shared);
        known = next != 0 ? next : pages.read(known, map.end, runs, map.shared);
      }
    }
    ::close(maps);
    check(::pread(statm, buffer, sizeof buffer, 0) > 0);
    for (auto const& path : outside) {
      int const file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
      while (::read(file, buffer, sizeof buffer) > 0) benchmark::DoNotOptimize(buffer);
      ::close(file);
    }
  });
  ::close(statm);
}

/// What most programs would do: read all of smaps.
void bare_smaps(benchmark::State& state) {
  static char buffer[65536];
  bench::measure(state, [] {
    int const smaps = ::open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
    while (::read(smaps, buffer, sizeof buffer) > 0) benchmark::DoNotOptimize(buffer);
    ::close(smaps);
  });
}

/// One entry of smaps, out of this process's own.
void parse_smaps(benchmark::State& state) {
  static std::string const text = [] {
    std::string all;
    int const smaps = ::open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
    char piece[4096];
    for (;;) {
      auto const got = ::read(smaps, piece, sizeof piece);
      if (got <= 0) break;
      all.append(piece, static_cast<std::size_t>(got));
    }
    ::close(smaps);
    return all;
  }();
  std::size_t at = 0;
  auto const read = [&at](char* into, std::size_t room) noexcept -> std::ptrdiff_t {
    if (at == text.size()) at = 0;
    auto const size = std::min(room, text.size() - at);
    std::memcpy(into, text.data() + at, size);
    at += size;
    return static_cast<std::ptrdiff_t>(size);
  };
  static memscape::line_stream<4096> lines;
  static memscape::smaps_reader reader;
  bench::measure(state, [&] {
    for (;;) {
      if (auto const* const entry = reader.feed(*lines.next(read))) {
        benchmark::DoNotOptimize(*entry);
        return;
      }
    }
  });
}

void with_mappings(benchmark::internal::Benchmark* row) {
  row->ArgName("mappings")->Arg(50)->Arg(1000)->Arg(20'000);
}

template <void (*Row)(benchmark::State&)>
void among_mappings(benchmark::State& state) {
  many_mappings const around{static_cast<std::size_t>(state.range(0))};
  Row(state);
}

// Touched once: it takes longer than what is measured.
template <void (*Row)(benchmark::State&)>
void beside_touched_memory(benchmark::State& state) {
  static touched_memory const beside;
  static bool const touched = beside.touch();
  if (!touched) return state.SkipWithError("too little free memory: set BENCH_TOUCHED_MIB");
  Row(state);
}

BENCHMARK(among_mappings<audit>)->Name("ledger/memscape/audit")->Apply(with_mappings);
BENCHMARK(among_mappings<bare_reads>)->Name("ledger/bare/reads")->Apply(with_mappings);
BENCHMARK(among_mappings<bare_smaps>)->Name("ledger/bare/smaps")->Apply(with_mappings);
BENCHMARK(beside_touched_memory<audit>)->Name("touched/memscape/audit");
BENCHMARK(beside_touched_memory<bare_reads>)->Name("touched/bare/reads");
BENCHMARK(beside_touched_memory<bare_smaps>)->Name("touched/bare/smaps");
BENCHMARK(parse_smaps)->Name("ledger/memscape/parse_smaps");

}  // namespace
