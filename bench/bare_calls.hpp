// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <cstdlib>

#include "allocations.hpp"

namespace bench {

inline void check(bool good) {
  if (!good) std::abort();
}

/// Nothing but the two system calls of a snapshot.
inline void two_bare_calls(benchmark::State& state) {
  int const statm = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  check(statm >= 0);
  measure(state, [statm] {
    char text[160];
    check(::pread(statm, text, sizeof text, 0) > 0);
    benchmark::DoNotOptimize(text);
    rusage usage;
    check(::getrusage(RUSAGE_SELF, &usage) == 0);
    benchmark::DoNotOptimize(usage);
  });
  ::close(statm);
}

}  // namespace bench
