// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>

#include <cerrno>
#include <cstdint>

namespace memscape::inline v0 {

/// The size of a thread's stack for which its program asked none, guard included, as glibc takes it: the limit of
/// the main thread's stack, or 2 MiB without a limit.
/// Errors: `why` is the errno where the kernel does not tell; `size` is then 2 MiB, and a guess.
/// Cost: one getrlimit(2). Source: getrlimit(2), pthread_create(3).
struct default_stack {
  std::uint64_t size = std::uint64_t{2} << 20U;  ///< Units: bytes, whole pages
  int why = 0;

  [[nodiscard]] static auto ask(std::uint64_t page_size) noexcept -> default_stack {
    default_stack told;
    rlimit limit{};
    if (::getrlimit(RLIMIT_STACK, &limit) != 0) {
      told.why = errno;
    } else if (limit.rlim_cur != RLIM_INFINITY) {
      told.size = limit.rlim_cur / page_size * page_size;
    }
    return told;
  }
};

}  // namespace memscape::inline v0
