// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <benchmark/benchmark.h>
#include <cstdlib>

#include "allocations.hpp"

namespace bench {

inline void check(bool good) {
  if (!good) std::abort();
}

/// Whether the descriptor names a file: what it costs to ask whose it is.
inline void bare_fstat(int descriptor) {
  struct stat status;
  check(::fstat(descriptor, &status) == 0);
  benchmark::DoNotOptimize(status);
}

/// Nothing but the system calls of a snapshot: two where the descriptor is trusted, else three.
inline void bare_calls(benchmark::State& state, bool with_fstat) {
  int const statm = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  check(statm >= 0);
  measure(state, [statm, with_fstat] {
    if (with_fstat) bare_fstat(statm);
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
