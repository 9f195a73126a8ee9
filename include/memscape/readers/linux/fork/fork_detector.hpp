// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdint>
#include <memscape/readers/common/atomic_word.hpp>
#include <memscape/readers/linux/fork/fork_wiped_word.hpp>
#include <utility>

namespace memscape::inline v0 {

/// Tells a child of fork(2) or clone(2) from its parent, so that it does not repeat the parent's numbers.
/// Kept in a word that the kernel wipes in the child. Where there is no such word, getpid(2) is compared,
/// which a child in a PID namespace of its own may share with its parent. A child that shares its parent's
/// memory (vfork, CLONE_VM) shares the mark, too.
/// Errors: where getpid(2) is denied as well the mark is new each time, and nothing is repeated.
/// Threads: any; one of those that ask at once is told that it is new.
class fork_detector {
 public:
  /// Not `wanted` takes no page of memory, and compares getpid(2).
  explicit fork_detector(bool wanted = true) noexcept : wiped_on_fork_{wanted} {}
  fork_detector(fork_detector&& other) noexcept
      : wiped_on_fork_{std::move(other.wiped_on_fork_)}, process_{other.process_.load()} {}
  auto operator=(fork_detector&&) -> fork_detector& = delete;

  /// Whether this process asks for the first time; the mark is then set.
  [[nodiscard]] auto is_new() noexcept -> bool {
    if (wiped_on_fork_) return (*wiped_on_fork_).load() == 0 && (*wiped_on_fork_).replace(0, 1);
    if (!can_tell()) return true;
    auto const before = process_.load();
    auto const here = static_cast<std::uint64_t>(::getpid());
    return before != here && process_.replace(before, here);
  }

  /// Whether the mark was set in this process.
  [[nodiscard]] auto is_set() const noexcept -> bool {
    if (wiped_on_fork_) return (*wiped_on_fork_).load() != 0;
    return can_tell() && process_.load() == static_cast<std::uint64_t>(::getpid());
  }
  /// Whether a child can be told at all.
  [[nodiscard]] auto can_tell() const noexcept -> bool { return wiped_on_fork_ || ::getpid() > 0; }
  void set() noexcept { (void)is_new(); }
  void clear() noexcept { wiped_on_fork_ ? (*wiped_on_fork_).store(0) : process_.store(0); }

 private:
  fork_wiped_word wiped_on_fork_;
  atomic_word process_{};
};

}  // namespace memscape::inline v0
