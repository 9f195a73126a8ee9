// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <memscape/readers/atomic_word.hpp>
#include <new>

namespace memscape::inline v0 {

/// Tells a child of fork(2) from its parent, so that it does not repeat the parent's numbers. Kept in a
/// page that the kernel wipes in the child (MADV_WIPEONFORK, Linux 4.14), where that is to be had: a load,
/// where getpid(2) is a system call.
/// Threads: any; one of those that ask at once is told that it is new.
class process_mark {
 public:
  process_mark() noexcept {
    void* const page = ::mmap(nullptr, sizeof(atomic_word), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED) return;
    if (::madvise(page, sizeof(atomic_word), MADV_WIPEONFORK) == 0) {
      wiped_on_fork_ = ::new (page) atomic_word{};
    } else {
      ::munmap(page, sizeof(atomic_word));
    }
  }
  process_mark(process_mark&& other) noexcept
      : wiped_on_fork_{other.wiped_on_fork_}, process_{other.process_.load()} {
    other.wiped_on_fork_ = nullptr;
  }
  auto operator=(process_mark&&) -> process_mark& = delete;
  ~process_mark() {
    if (wiped_on_fork_ != nullptr) ::munmap(wiped_on_fork_, sizeof(atomic_word));
  }

  /// Whether this process asks for the first time; the mark is then set.
  [[nodiscard]] auto is_new() noexcept -> bool {
    if (wiped_on_fork_ != nullptr) {
      return wiped_on_fork_->load() == 0 && wiped_on_fork_->replace(0, 1);
    }
    auto const before = process_.load();
    auto const here = static_cast<std::uint64_t>(::getpid());
    return before != here && process_.replace(before, here);
  }

 private:
  atomic_word* wiped_on_fork_ = nullptr;
  atomic_word process_{};
};

}  // namespace memscape::inline v0
