// SPDX-License-Identifier: MIT
// How long a slice of an audit takes when much memory is registered, and how long another thread's mmap(2)
// waits meanwhile, beside one walk through smaps.
//
// usage: slices [GIB]
#include <fcntl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <thread>
#include <vector>

namespace {

auto now_ns(clockid_t clock = CLOCK_MONOTONIC) -> std::uint64_t {
  timespec time{};
  ::clock_gettime(clock, &time);
  return static_cast<std::uint64_t>(time.tv_sec) * 1'000'000'000U +
         static_cast<std::uint64_t>(time.tv_nsec);
}

struct block {
  void const* begin;
  std::size_t size;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage {
    return {.used = memscape::bytes{size}};
  }
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{begin, size});
  }
};

/// Times that something took. Units: microseconds.
class times {
 public:
  times() { all_.reserve(1'000'000); }
  void add(std::uint64_t ns) {
    if (all_.size() < all_.capacity()) all_.push_back(ns);
  }
  void print(char const* what) {
    if (all_.empty()) return;
    std::sort(all_.begin(), all_.end());
    auto const at = [this](double part) {
      return static_cast<double>(
                 all_[static_cast<std::size_t>(part * static_cast<double>(all_.size() - 1))]) /
             1000;
    };
    std::printf("%-44s %8zu times, median %8.0f us, 99 %% %8.0f us, most %8.0f us\n", what,
                all_.size(), at(0.5), at(0.99), at(1));
  }

 private:
  std::vector<std::uint64_t> all_;
};

/// Maps and unmaps in another thread while `work` runs.
template <class Work>
void beside_mmap(char const* what, Work&& work) {
  std::atomic<bool> done{false};
  times waits;
  std::thread mapper{[&] {
    while (!done) {
      auto const start = now_ns();
      void* const page = ::mmap(nullptr, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
      waits.add(now_ns() - start);
      ::munmap(page, 4096);
    }
  }};
  work();
  done = true;
  mapper.join();
  waits.print(what);
}

}  // namespace

auto main(int argc, char** argv) -> int {
  auto const gib = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 1;
  auto const size = static_cast<std::size_t>(gib << 30U);
  void* const memory =
      ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "slices: %llu GiB are not to be had: ask for fewer\n", gib);
    return 1;
  }
  ::madvise(memory, size, MADV_NOHUGEPAGE);
  std::memset(memory, 1, size);

  memscape::registry const registry{memscape::native_reader{},
                                    memscape::leaf<"block">(block{memory, size})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(registry)>>>(registry);
  times slices;
  times work;
  beside_mmap("mmap beside an audit in slices of 1 ms", [&] {
    for (bool ended = false; !ended;) {
      auto const start = now_ns();
      auto const used = now_ns(CLOCK_THREAD_CPUTIME_ID);
      ended = auditor->step(1'000'000);
      work.add(now_ns(CLOCK_THREAD_CPUTIME_ID) - used);
      slices.add(now_ns() - start);
      ::usleep(1000);
    }
  });
  beside_mmap("mmap beside one walk through smaps", [] {
    static char buffer[65536];
    int const smaps = ::open("/proc/self/smaps", O_RDONLY | O_CLOEXEC);
    while (::read(smaps, buffer, sizeof buffer) > 0) {
    }
    ::close(smaps);
  });
  slices.print("a slice of 1 ms, from clock to clock");
  work.print("a slice of 1 ms, time on a processor");
  auto const& ledger = auditor->last();
  std::printf("%llu GiB in %llu slices: %llu resident, unexplained %llu, closure error %llu\n", gib,
              static_cast<unsigned long long>(ledger.slices),
              static_cast<unsigned long long>(ledger.at<"block">().resident.value()),
              static_cast<unsigned long long>(ledger.unexplained->value()),
              static_cast<unsigned long long>(ledger.closure_error->value()));
  return 0;
}
