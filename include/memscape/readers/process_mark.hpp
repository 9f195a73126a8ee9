// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdint>
#include <memscape/readers/atomic_word.hpp>
#include <memscape/readers/wiped_word.hpp>
#include <utility>

namespace memscape::inline v0 {

/// Tells a child of fork(2) from its parent, so that it does not repeat the parent's numbers. Kept
/// in a word that the kernel wipes in the child, where that is to be had; else by getpid(2).
/// Threads: any; one of those that ask at once is told that it is new.
class process_mark {
 public:
  process_mark() noexcept = default;
  process_mark(process_mark&& other) noexcept
      : wiped_on_fork_{std::move(other.wiped_on_fork_)}, process_{other.process_.load()} {}
  auto operator=(process_mark&&) -> process_mark& = delete;

  /// Whether this process asks for the first time; the mark is then set.
  [[nodiscard]] auto is_new() noexcept -> bool {
    if (wiped_on_fork_) return (*wiped_on_fork_).load() == 0 && (*wiped_on_fork_).replace(0, 1);
    auto const before = process_.load();
    auto const here = static_cast<std::uint64_t>(::getpid());
    return before != here && process_.replace(before, here);
  }

 private:
  wiped_word wiped_on_fork_{};
  atomic_word process_{};
};

}  // namespace memscape::inline v0
