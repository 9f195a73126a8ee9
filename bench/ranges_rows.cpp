// SPDX-License-Identifier: MIT
// A whole ledger of a source with many ranges, as they become more.
#include <sys/mman.h>

#include <algorithm>
#include <benchmark/benchmark.h>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <random>
#include <span>
#include <type_traits>
#include <vector>

#include "allocations.hpp"

namespace {

/// Ranges of 128 bytes with as much between them, in no order.
class many_ranges {
 public:
  static constexpr std::size_t apart = 256;

  explicit many_ranges(std::size_t size) : size_{size * apart} {
    void* const begin =
        ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (begin == MAP_FAILED) std::abort();
    begin_ = static_cast<char*>(begin);
    ::madvise(begin_, size_, MADV_NOHUGEPAGE);
    for (std::size_t i = 0; i < size; ++i) {
      begin_[i * apart] = 1;
      all_.push_back({begin_ + i * apart, apart / 2});
    }
    std::shuffle(all_.begin(), all_.end(), std::mt19937{1});
  }
  many_ranges(many_ranges const&) = delete;
  auto operator=(many_ranges const&) -> many_ranges& = delete;
  ~many_ranges() { ::munmap(begin_, size_); }

  [[nodiscard]] auto all() const -> std::span<memscape::address_range const> { return all_; }

 private:
  std::size_t size_;
  char* begin_;
  std::vector<memscape::address_range> all_;
};

struct whole {
  std::span<memscape::address_range const> owned;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (auto const& one : owned) visit(one);
  }
};
struct in_pieces {
  std::span<memscape::address_range const> owned;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    while (from < owned.size() && visit(owned[from])) ++from;
    return from;
  }
};

template <class Source>
void audit(benchmark::State& state) {
  many_ranges const ranges{static_cast<std::size_t>(state.range(0))};
  memscape::registry const memory{memscape::native_reader{},
                                  memscape::leaf<"ranges">(Source{ranges.all()})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(memory)>>>(memory);
  bench::measure(state, [&] { benchmark::DoNotOptimize(auditor->audit()); });
}

/// Sorting the same ranges, at once.
void sort(benchmark::State& state) {
  many_ranges const ranges{static_cast<std::size_t>(state.range(0))};
  std::vector<memscape::address_range> room;
  bench::measure(state, [&] {
    room.assign(ranges.all().begin(), ranges.all().end());
    std::sort(room.begin(), room.end(),
              [](auto const& a, auto const& b) { return a.begin < b.begin; });
    benchmark::DoNotOptimize(room.data());
  });
}

void with_ranges(benchmark::internal::Benchmark* row) {
  row->ArgName("ranges")->Arg(1000)->Arg(10'000)->Arg(100'000)->Arg(500'000);
}

BENCHMARK(audit<whole>)->Name("ranges/memscape/audit")->Apply(with_ranges);
BENCHMARK(audit<in_pieces>)->Name("ranges/memscape/in_pieces")->Apply(with_ranges);
BENCHMARK(sort)->Name("ranges/std_sort")->Apply(with_ranges);

}  // namespace
