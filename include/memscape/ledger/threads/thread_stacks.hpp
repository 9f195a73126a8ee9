// SPDX-License-Identifier: MIT
#pragma once

#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/threads/glibc_threads.hpp>
#include <memscape/ledger/threads/musl_threads.hpp>
#include <memscape/ledger/linux/own_memory.hpp>
#include <memscape/ledger/threads/thread_list.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Where the stacks of threads lie, of living ones and of those that the C library keeps, whatever memory
/// they are in and however they are guarded. A window of the address space at a time: as many as fit, the
/// lowest first; with more threads they are asked for again.
/// Errors: `why()` is the errno where the threads could not be listed or looked into: then no stack is
/// known. A thread that the C library did not make has none, and counts in `missing()`.
/// Cost: three system calls a thread, about 2 µs; no allocation, 6 KiB of memory. Threads: one at a time.
template <class Read = own_memory>
class thread_stacks {
 public:
  static constexpr std::size_t capacity = 512;

  explicit thread_stacks(Read read = {}) noexcept : read_{read} {}

  /// Begins anew, at the lowest address.
  void restart() noexcept {
    gather(0);
    found_ = seen_;
    missing_ = without_;
    why_ = failed_;
  }

  /// Stacks in the whole process, when the sweep began.
  [[nodiscard]] auto found() const noexcept -> std::uint64_t { return found_; }
  /// Living threads, but for the main one, whose stacks are not known.
  [[nodiscard]] auto missing() const noexcept -> std::uint64_t { return missing_; }
  /// Whether the stacks of ended threads are known too.
  [[nodiscard]] auto knows_kept() const noexcept -> bool { return knows_kept_; }
  [[nodiscard]] auto why() const noexcept -> int { return why_; }
  /// From here on no stack is known, because of this errno.
  void give_up(int why) noexcept { why_ = why; }

  struct piece {
    bool inside = false;      ///< it is a stack
    std::uint64_t until = 0;  ///< and that does not change up to here
  };

  /// Whether `at` lies in a stack, for addresses that only rise.
  [[nodiscard]] auto at(std::uint64_t at) noexcept -> piece {
    if (why_ != 0) return {false, UINT64_MAX};
    if (at >= limit_) gather(at);
    if (failed_ != 0) why_ = failed_;
    while (first_ < size_ && stacks_[first_].end() <= at) ++first_;
    if (first_ == size_) return {false, limit_};
    auto const& next = stacks_[first_];
    if (next.begin() <= at) return {true, next.end()};
    return {false, (std::min)(next.begin(), limit_)};
  }

 private:
  // Addresses and sizes are multiples of 16, in three words, because there are many.
  class packed {
   public:
    packed() noexcept = default;
    explicit packed(stack_extent of) noexcept
        : low_{static_cast<std::uint32_t>(of.begin >> 4U)},
          high_{static_cast<std::uint32_t>(of.begin >> 36U)},
          size_{static_cast<std::uint32_t>(
              (std::min<std::uint64_t>)((of.end - of.begin + 15) >> 4U, UINT32_MAX))} {}
    [[nodiscard]] auto begin() const noexcept -> std::uint64_t {
      return std::uint64_t{high_} << 36U | std::uint64_t{low_} << 4U;
    }
    [[nodiscard]] auto end() const noexcept -> std::uint64_t {
      return begin() + (std::uint64_t{size_} << 4U);
    }
    [[nodiscard]] friend auto operator<(packed const& a, packed const& b) noexcept -> bool {
      return a.begin() < b.begin();
    }
    [[nodiscard]] friend auto operator==(packed const& a, packed const& b) noexcept -> bool {
      return a.begin() == b.begin();
    }

   private:
    std::uint32_t low_ = 0, high_ = 0, size_ = 0;
  };

  void gather(std::uint64_t from) noexcept {
    from_ = from;
    limit_ = UINT64_MAX;
    size_ = first_ = 0;
    seen_ = without_ = 0;
    failed_ = 0;
    collect();
    auto const begin = stacks_.begin();
    auto const end = begin + static_cast<std::ptrdiff_t>(size_);
    std::sort_heap(begin, end);
    // A thread that ended in between is listed among the living, and then among those that ended.
    auto const once = std::unique(begin, end);
    seen_ -= static_cast<std::uint64_t>(end - once);
    size_ = static_cast<std::size_t>(once - begin);
  }

#if defined(__GLIBC__)
  void collect() noexcept {
    glibc_threads<Read> const threads{read_};
    std::uint64_t of_main = 0;
    auto const main = first_thread();
    if (main == 0) {
      failed_ = errno;
      return;
    }
    auto const why = each_thread([&](::pid_t tid) noexcept {
      auto const robust = robust_list_of(tid);
      // One that has just ended is none.
      if (robust == 0 && errno == ESRCH) return;
      if (robust == 0 && errno != 0) failed_ = errno;
      if (tid == main) of_main = robust;
      if (robust == 0) {
        without_ += tid == main ? 0 : 1;
        return;
      }
      errno = 0;
      if (auto const stack = threads.stack_of(robust, tid)) {
        keep(*stack);
      } else if (errno != 0 && errno != EFAULT) {
        failed_ = errno;
      } else if (tid != main && !threads.has_ended(robust)) {
        ++without_;
      }
    });
    if (why != 0) failed_ = why;
    knows_kept_ = of_main != 0 &&
                  threads.each_kept(of_main, main, [this](stack_extent of) noexcept { keep(of); });
  }
#else
  void collect() noexcept {
    // As a pointer or a number, by C library.
    auto const self = (std::uint64_t)(std::uintptr_t)::pthread_self();  // NOLINT
    std::uint64_t listed = 0;
    std::uint64_t threads = 0;
    errno = 0;
    musl_threads<Read>{read_}.each_stack(self, [&](std::optional<stack_extent> const& of) noexcept {
      ++listed;
      if (of) keep(*of);
    });
    if (listed == 0 && errno != 0 && errno != EFAULT) failed_ = errno;
    if (auto const why = each_thread([&](::pid_t) noexcept { ++threads; }); why != 0) failed_ = why;
    // The main thread has no such stack.
    if (threads > seen_ + 1) without_ = threads - seen_ - 1;
    knows_kept_ = true;  // none are
  }
#endif

  // A heap with the highest on top, which makes place when a lower one comes.
  void keep(stack_extent const& one) noexcept {
    ++seen_;
    if (one.end <= from_) return;
    packed const next{one};
    auto const begin = stacks_.begin();
    if (size_ == capacity) {
      auto const highest = (std::max)(stacks_.front().begin(), next.begin());
      limit_ = (std::min)(limit_, highest);
      if (!(next < stacks_.front())) return;
      std::pop_heap(begin, stacks_.end());
      --size_;
    }
    stacks_[size_++] = next;
    std::push_heap(begin, begin + static_cast<std::ptrdiff_t>(size_));
  }

  Read read_;
  std::array<packed, capacity> stacks_{};
  std::size_t size_ = 0;
  std::size_t first_ = 0;
  std::uint64_t from_ = 0;
  std::uint64_t limit_ = UINT64_MAX;  // from here on stacks are not known yet
  std::uint64_t seen_ = 0, without_ = 0;
  std::uint64_t found_ = 0, missing_ = 0;
  int failed_ = 0;
  int why_ = 0;
  bool knows_kept_ = false;
};

}  // namespace memscape::inline v0
