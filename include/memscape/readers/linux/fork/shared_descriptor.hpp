// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdint>
#include <memscape/readers/common/atomic_word.hpp>
#include <memscape/readers/linux/fork/fork_wiped_word.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <utility>

namespace memscape::inline v0 {

/// A held descriptor of one process, which any of its threads may use and put in place of another.
///
/// A descriptor of /proc/self names the process that opened it: across fork(2) it goes on to tell the parent's
/// numbers. So what says that it is in use stands in a word that the kernel wipes in the child (fork_wiped_word): a
/// child finds none and opens its own. Where there is no such word, getpid(2) is asked each time. A child
/// that shares the parent's memory (vfork) has the parent's numbers too, and so rightly its descriptor.
///
/// Errors: where neither is to be had, none is kept. Cost: some loads, and one page of memory.
/// Threads: any. Do not fork in one thread while another constructs. Source: madvise(2).
class shared_descriptor {
 public:
  /// What is held, and the state in which it was found.
  struct found {
    held_descriptor held{};
    std::uint64_t state = 0;
  };

  explicit shared_descriptor(descriptor_policy policy) noexcept
      : policy_{policy}, wiped_on_fork_{policy != descriptor_policy::per_call} {}
  shared_descriptor(shared_descriptor&& other) noexcept
      : policy_{other.policy_},
        wiped_on_fork_{std::move(other.wiped_on_fork_)},
        state_{other.state_.exchange(0)},
        number_{other.number_.exchange(0)},
        device_{other.device_.load()},
        inode_{other.inode_.load()} {}
  auto operator=(shared_descriptor&&) -> shared_descriptor& = delete;
  ~shared_descriptor() { stored().close(); }

  [[nodiscard]] auto policy() const noexcept -> descriptor_policy { return policy_; }

  /// The descriptor of this process, or none.
  [[nodiscard]] auto load() const noexcept -> found {
    auto const before = state().load();
    if ((before & phases) != in_use || !is_here(before)) return {{}, before};
    auto const held = stored();
    // Another thread put a new one there meanwhile: not half of each.
    if (state().load() != before) return {{}, before};
    return {held, before};
  }

  /// Holds `fresh` from now on, unless another thread was first: then, and where none can be held, it is
  /// false, and `fresh` is the caller's. What was there before is closed, as far as it is ours.
  [[nodiscard]] auto keep(held_descriptor const& fresh, std::uint64_t seen) noexcept -> bool {
    if (!fresh.can_be_kept()) return false;
    std::uint64_t process = 0;
    if (!wiped_on_fork_) {
      auto const here = ::getpid();
      if (here <= 0) return false;
      process = std::uint64_t{static_cast<std::uint32_t>(here)} << 32U;
    }
    bool const is_written = (seen & phases) == being_written;
    if (is_written && is_here(seen)) return false;
    auto const turn = process | static_cast<std::uint32_t>((seen | phases) + 1U);
    if (!state().replace(seen, turn | being_written)) return false;
    // What fork(2) copied from the parent is open here too and must not leak.
    auto old = stored();
    number_.store(static_cast<std::uint64_t>(fresh.number()) + 1U);
    device_.store(fresh.device());
    inode_.store(fresh.inode());
    state().store(turn | in_use);
    if (old && old.number() != fresh.number()) old.close();
    return true;
  }

  /// Has the next `load` find none. What was held is closed as another takes its place: a thread may
  /// be reading it.
  void forget() noexcept {
    auto const seen = state().load();
    if ((seen & phases) == in_use) (void)state().replace(seen, seen & ~phases);
  }

 private:
  // The state: the process in the upper half where no word is wiped; then how often one was kept; and in
  // the lowest bits whether it is in use, or being written.
  static constexpr std::uint64_t phases = 3;
  static constexpr std::uint64_t being_written = 1;
  static constexpr std::uint64_t in_use = 2;

  [[nodiscard]] auto state() noexcept -> atomic_word& {
    return wiped_on_fork_ ? *wiped_on_fork_ : state_;
  }
  [[nodiscard]] auto state() const noexcept -> atomic_word const& {
    return wiped_on_fork_ ? *wiped_on_fork_ : state_;
  }
  // Where getpid(2) is denied it says the same in every process.
  [[nodiscard]] auto is_here(std::uint64_t seen) const noexcept -> bool {
    if (wiped_on_fork_) return true;
    auto const here = ::getpid();
    return here > 0 && seen >> 32U == static_cast<std::uint32_t>(here);
  }
  [[nodiscard]] auto stored() const noexcept -> held_descriptor {
    return {static_cast<int>(number_.load()) - 1, device_.load(), inode_.load(), policy_};
  }

  descriptor_policy policy_;
  fork_wiped_word wiped_on_fork_;
  // Memory that fork(2) copies: what the child is to close.
  atomic_word state_{};
  atomic_word number_{};  // plus 1
  atomic_word device_{};
  atomic_word inode_{};
};

}  // namespace memscape::inline v0
