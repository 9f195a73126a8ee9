// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "malloc_tier.hpp"
#include "slab.hpp"

namespace demo {

/// What all programs have of memory: a limit, the counts, and the lock that every change is made under. The
/// programs allocate on a thread of their own; who looks at the counts meanwhile holds the lock for as long as
/// that takes, and so gets numbers of one instant.
class gc_heap {
 public:
  static constexpr std::size_t lval_slot = 64;
  static constexpr std::size_t lenv_slot = 128;

  /// The heap refuses to grow beyond `limit` bytes in use; Lua then raises "not enough memory".
  explicit gc_heap(std::size_t limit) noexcept : limit_{limit} {}

  /// Brackets a program's turn. It begins when nobody waits to look.
  void begin_turn() noexcept {
    std::unique_lock lock{mutex_};
    changed_.wait(lock, [this] { return lookers_ == 0; });
    turn_ = ++last_turn_;
  }
  void end_turn() noexcept {
    std::lock_guard const lock{mutex_};
    turn_ = 0;
    changed_.notify_all();
  }

  /// The lock, between two turns if possible: in the middle of one a block that was just taken is in use and not
  /// resident yet. A turn takes a millisecond; one that takes longer than `patience` is waited for only once.
  [[nodiscard]] auto look() const -> std::unique_lock<std::mutex> {
    std::unique_lock lock{mutex_};
    if (turn_ == 0 || turn_ == waited_in_vain_) return lock;
    ++lookers_;
    if (!changed_.wait_for(lock, patience, [this] { return turn_ == 0; })) waited_in_vain_ = turn_;
    if (--lookers_ == 0) changed_.notify_all();
    return lock;
  }

  [[nodiscard]] auto limit() const noexcept -> std::size_t { return limit_; }
  [[nodiscard]] auto used() const noexcept -> std::size_t {
    return lval_.used_slots() * lval_slot + lenv_.used_slots() * lenv_slot + malloc_.used();
  }

  [[nodiscard]] auto lval() const noexcept -> slab_family const& { return lval_; }
  [[nodiscard]] auto lenv() const noexcept -> slab_family const& { return lenv_; }
  [[nodiscard]] auto malloc() const noexcept -> malloc_count const& { return malloc_; }

 private:
  friend class heap_share;

  static constexpr auto patience = std::chrono::milliseconds{200};

  std::size_t limit_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::uint64_t turn_ = 0;  // 0 between two
  std::uint64_t last_turn_ = 0;
  mutable std::uint64_t waited_in_vain_ = 0;
  mutable unsigned lookers_ = 0;
  slab_family lval_{lval_slot};
  slab_family lenv_{lenv_slot};
  malloc_count malloc_;
};

}  // namespace demo
