// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace memscape::inline v0 {

/// Reads the process's own memory by way of the kernel: what another thread has just unmapped is then a
/// failure and not a crash. A page that was never touched is not made resident by it, and one in swap
/// comes back: ask for resident pages only.
/// Errors: false where not all of it could be read. `why()` is the errno of a call that was refused, which a
/// filter does, and not that of memory that is gone.
/// Cost: one process_vm_readv(2), about 0.4 µs. Threads: one at a time. Source: process_vm_readv(2).
class own_memory {
 public:
  /// Two words, as malloc puts them before what it hands out.
  struct head {
    std::uint64_t first, second;
  };
  /// How many heads are read at once.
  static constexpr std::size_t most_heads = 64;

  [[nodiscard]] auto operator()(std::uint64_t from, void* into, std::size_t size) const noexcept
      -> bool {
    iovec const remote{reinterpret_cast<void*>(from), size};
    return read({into, size}, &remote, 1) == size;
  }

  /// Reads the heads at `n` places, `most_heads` at most, and returns how many of the first of them it could
  /// read. Cost: half of that of as many single reads.
  [[nodiscard]] auto heads(std::uint64_t const* places, head* into, std::size_t n) const noexcept
      -> std::size_t {
    iovec remote[most_heads];
    n = (std::min)(n, most_heads);
    for (std::size_t i = 0; i < n; ++i) {
      remote[i] = {reinterpret_cast<void*>(places[i]), sizeof(head)};
    }
    return read({into, n * sizeof(head)}, remote, n) / sizeof(head);
  }

  /// Whether all of [from, from + size) is mapped, as far as is known: true where the call is refused.
  /// Cost: one msync(2) with MS_ASYNC, which only looks.
  [[nodiscard]] auto is_mapped(std::uint64_t from, std::uint64_t size) const noexcept -> bool {
    return ::msync(reinterpret_cast<void*>(from), size, MS_ASYNC) == 0 || errno != ENOMEM;
  }

  /// The errno of the last call that was refused; 0 when none was.
  [[nodiscard]] auto why() const noexcept -> int { return why_; }
  /// Forgets it.
  void restart() noexcept { why_ = 0; }

 private:
  auto read(iovec const& local, iovec const* remote, std::size_t n) const noexcept -> std::size_t {
    auto const process = own_number();
    auto const got = process > 0 ? ::process_vm_readv(process, &local, 1, remote, n, 0) : -1;
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EFAULT) why_ = errno;
    return 0;
  }

  // A thread's number serves as well, where getpid(2) is denied; else below 0, and errno.
  [[nodiscard]] static auto own_number() noexcept -> ::pid_t {
    auto const process = ::getpid();
    return process > 0 ? process : static_cast<::pid_t>(::syscall(SYS_gettid));
  }

  mutable int why_ = 0;
};

}  // namespace memscape::inline v0
