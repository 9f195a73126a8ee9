// SPDX-License-Identifier: MIT
// What an audit of a source with many ranges costs as they become more, and how long its longest slice is.
//
// usage: ranges [MOST]
#include <sys/mman.h>
#include <time.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <random>
#include <span>
#include <vector>

namespace {

struct in_pieces {
  std::span<memscape::address_range const> owned;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  auto ranges(Visit&& visit, std::size_t from) const noexcept -> std::size_t {
    while (from < owned.size() && visit(owned[from])) ++from;
    return from;
  }
};

struct at_once {
  std::span<memscape::address_range const> owned;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  void ranges(Visit&& visit) const noexcept {
    for (auto const& one : owned) visit(one);
  }
};

/// The least times of several audits: at once, and of the longest slice of 1 ms. Units: milliseconds on a
/// processor, since a machine with other work takes it away from a slice.
struct costs {
  double whole = 1e9;
  double slice = 1e9;
  double resident = 0;
};

auto used_ms() -> double {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_nsec) / 1e6;
}

template <class Source>
auto measure(std::span<memscape::address_range const> owned) -> costs {
  memscape::registry const memory{memscape::native_reader{},
                                  memscape::leaf<"chunks">(Source{owned})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(memory)>>>(memory);
  costs least;
  for (int i = 0; i < 7; ++i) {
    auto const start = used_ms();
    (void)auditor->audit();
    least.whole = std::min(least.whole, used_ms() - start);
    double longest = 0;
    for (bool ended = false; !ended;) {
      auto const before = used_ms();
      ended = auditor->step(1'000'000);
      longest = std::max(longest, used_ms() - before);
    }
    least.slice = std::min(least.slice, longest);
    least.resident =
        static_cast<double>(auditor->last().template at<"chunks">().resident.value()) / 1048576;
  }
  return least;
}

}  // namespace

auto main(int argc, char** argv) -> int {
  auto const most = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 500'000;
  // Ranges of half a KiB with as much between them, in no order.
  constexpr std::size_t apart = 1024;
  auto const size = static_cast<std::size_t>(most) * apart;
  auto* const memory = static_cast<char*>(
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "ranges: %zu bytes are not to be had: ask for fewer ranges\n", size);
    return 1;
  }
  ::madvise(memory, size, MADV_NOHUGEPAGE);
  for (std::size_t i = 0; i < size; i += 4096) memory[i] = 1;
  std::vector<memscape::address_range> all;
  for (std::size_t i = 0; i < most; ++i) all.push_back({memory + i * apart, apart / 2});
  std::shuffle(all.begin(), all.end(), std::mt19937{1});
  double of_first = 0;
  for (std::uint64_t n = 1'000; n <= most; n = n < most && n * 10 > most ? most : n * 10) {
    // The lowest, so that what lies under them grows as they do.
    std::vector<memscape::address_range> lowest;
    for (auto const& one : all) {
      if (static_cast<char const*>(one.begin) < memory + n * apart) lowest.push_back(one);
    }
    auto const cost = measure<at_once>(lowest);
    auto const slice_in_pieces = measure<in_pieces>(lowest).slice;
    auto const n_log_n = static_cast<double>(n) * std::log2(static_cast<double>(n));
    auto const each = cost.whole / n_log_n;
    if (of_first == 0) of_first = each;
    std::printf(
        "%8llu ranges: %8.2f ms, a range and log n %5.2f x that of the first row, longest slice of "
        "1 ms %5.2f ms, asked in pieces %5.2f ms, %.0f MiB in RAM\n",
        static_cast<unsigned long long>(n), cost.whole, each / of_first, cost.slice,
        slice_in_pieces, cost.resident);
    if (n == most) break;
  }
  return 0;
}
