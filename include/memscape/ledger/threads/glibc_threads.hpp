// SPDX-License-Identifier: MIT
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/address_range.hpp>
#include <memscape/ledger/linux/own_memory.hpp>
#include <optional>

namespace memscape::inline v0 {

/// A thread's stack, with its guard and what the C library keeps at its end.
struct stack_extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

/// Finds stacks in what glibc keeps of a thread, its `struct pthread`, wherever the stack came from. It is
/// found by the list of robust locks inside, which the kernel knows of each thread. Of its fields only their
/// order is relied on, which is that of every glibc since 2.4, on each processor of 64 bits.
/// Cost: one or two reads of memory a stack; no allocation.
/// Source: glibc nptl/descr.h, nptl/allocatestack.c, sysdeps/generic/ldsodefs.h.
template <class Read = own_memory>
class glibc_threads {
 public:
  explicit glibc_threads(Read read = {}) noexcept : read_{read} {}

  /// The stack of the thread `tid` whose robust list begins at `robust`: {stackblock, stackblock_size, guardsize}
  /// behind it, three words of which the first two hold it. A `tid` of 0 is any.
  [[nodiscard]] auto stack_of(std::uint64_t robust, ::pid_t tid) const noexcept
      -> std::optional<stack_extent> {
    // 512 bytes of thread-specific data lie between, and much else: 0x3b0 in all on x86. What is behind the
    // thread's last page need not be mapped.
    std::uint64_t words[144];
    auto const from = robust - to_list;
    auto known = (std::min<std::uint64_t>)(sizeof words, 4096 - from % 4096);
    if (!read_(from, words, known)) return std::nullopt;
    if (known < sizeof words && read_(from + known, words + known / 8, sizeof words - known)) {
      known = sizeof words;
    }
    if (tid != 0 && static_cast<::pid_t>(words[2]) != tid) return std::nullopt;
    // Where addresses are small, as in a program at a fixed place, two pointers can look like a stack: the
    // smallest that is mapped without a hole is one. Links and locks, which come first, are none.
    std::optional<stack_extent> found;
    for (std::size_t i = behind_lists; i + 2 < known / 8; ++i) {
      auto const begin = words[i];
      auto const size = words[i + 1];
      bool const holds = begin >= 4096 && begin <= robust - smallest / 2 && size > robust - begin &&
                         size - (robust - begin) <= most_above && words[i + 2] < size;
      if (!holds || size < smallest || words[i + 2] % 4096 != 0) continue;
      if (found && size >= found->end - found->begin) continue;
      auto const before = errno;
      if (is_mapped(begin, size)) found = stack_extent{begin, begin + size};
      errno = before;
    }
    return found;
  }

  /// Whether the thread has ended, which the kernel says by a number of 0 before it takes it off its list.
  [[nodiscard]] auto has_ended(std::uint64_t robust) const noexcept -> bool {
    node own;
    return !read_(robust - to_list, &own, sizeof own) || static_cast<::pid_t>(own.tid) == 0;
  }

  /// Calls `visit(stack_extent)` for each stack of a thread that ended, which glibc keeps for the next. `robust`
  /// and `tid` are the main thread's, whose list leads to theirs. False where it does not: before glibc 2.34.
  template <class Visit>
  auto each_kept(std::uint64_t robust, ::pid_t tid, Visit&& visit) const noexcept -> bool {
    node own;
    auto const first = robust - to_list;
    if (!read_(first, &own, sizeof own) || static_cast<::pid_t>(own.tid) != tid) return false;
    // Through threads with stacks of the program's, to the head of their list. Three heads stand side by side,
    // of those, of other living threads and of ended ones: in this order, or in a static program in another.
    // In a child of fork the thread that forked stands in the list of the living.
    auto at = own.next;
    for (std::size_t steps = 0; steps < most_steps && at != first; ++steps) {
      if (is_head(at)) {
        auto low = at;
        auto high = at;
        while (at - low < 2 * list_size && is_head(low - list_size)) low -= list_size;
        while (high - at < 2 * list_size && is_head(high + list_size)) high += list_size;
        if (high - low >= 2 * list_size) {
          bool whole = true;
          for (; low <= high; low += list_size) whole = walk(low, visit) && whole;
          return whole;
        }
      }
      node next;
      if (!read_(at, &next, sizeof next)) return false;
      at = next.next;
    }
    return false;
  }

 private:
  // struct { list_t list; pid_t tid; void* robust_prev; struct robust_list_head robust_head; }
  struct node {
    std::uint64_t next, previous, tid;
  };
  static constexpr std::uint64_t to_list = 32;
  static constexpr std::uint64_t list_size = 16;
  static constexpr std::size_t behind_lists =
      7;  // words: those of `node`, and four of robust locks
  static constexpr std::uint64_t smallest = 2048;
  static constexpr std::uint64_t most_above = std::uint64_t{64} << 20U;  // of static TLS
  static constexpr std::size_t most_steps = 1U << 16U;

  [[nodiscard]] auto is_mapped(std::uint64_t begin, std::uint64_t size) const noexcept -> bool {
    if constexpr (requires { read_.is_mapped(begin, size); }) {
      auto const page = begin / 4096 * 4096;
      return read_.is_mapped(page, size + (begin - page));
    }
    return true;
  }

  [[nodiscard]] auto is_head(std::uint64_t at) const noexcept -> bool {
    std::uint64_t own[2];
    std::uint64_t next[2];
    std::uint64_t previous[2];
    return read_(at, own, sizeof own) && own[0] % 8 == 0 && read_(own[0], next, sizeof next) &&
           next[1] == at && own[1] % 8 == 0 && read_(own[1], previous, sizeof previous) &&
           previous[0] == at;
  }

  template <class Visit>
  auto walk(std::uint64_t head, Visit&& visit) const noexcept -> bool {
    node one;
    if (!read_(head, &one, 2 * sizeof one.next)) return false;
    for (std::size_t steps = 0; one.next != head && steps < most_steps; ++steps) {
      auto const at = one.next;
      if (!read_(at, &one, sizeof one)) return false;
      if (static_cast<::pid_t>(one.tid) > 0) continue;  // it lives
      if (auto const stack = stack_of(at + to_list, 0)) visit(*stack);
    }
    return true;
  }

  Read read_;
};

}  // namespace memscape::inline v0
