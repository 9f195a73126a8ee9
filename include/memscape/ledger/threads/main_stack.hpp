// SPDX-License-Identifier: MIT
#pragma once

#include <sys/auxv.h>
#include <sys/resource.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/linux/own_memory.hpp>
#include <memscape/ledger/quality.hpp>

namespace memscape::inline v0 {

/// Knows the main thread's stack where the kernel keeps parts of it apart: one page that is locked, advised or
/// protected splits its mapping, and only the part that the program started in is named `[stack]`. The others adjoin
/// it without a gap. Nothing else does by itself: the kernel keeps a gap (`stack_guard_gap`, 1 MiB) below a stack
/// that can grow. What the program puts there by MAP_FIXED cannot be told from a part of the stack, so a stack
/// of several parts is an estimate.
/// It is found before the walk, which comes from below: how far memory is mapped without a gap, down from an
/// address in the stack, and no further than its limit (RLIMIT_STACK).
/// Errors: where getrlimit(2) is denied, Linux's usual limit of 8 MiB is taken. Where msync(2) is denied, or the
/// stack's place is not known, only the named part is the stack; it is an estimate where something adjoins it.
/// Cost: one getrlimit(2) and about a dozen calls of msync(2), 0.3 µs each. Threads: one at a time.
/// Source: mmap(2), getrlimit(2), getauxval(3), fs/proc/task_mmu.c and mm/mmap.c of Linux.
template <class Read = own_memory>
class main_stack {
 public:
  explicit main_stack(std::uint64_t page_size, Read read = {}) noexcept
      : page_{page_size}, read_{read} {}

  /// Begins anew, at the lowest address.
  void restart() noexcept {
    // The program's name, which the kernel puts above all else.
    std::uint64_t const inside = ::getauxval(AT_EXECFN);
    rlimit limit{};
    auto const most = ::getrlimit(RLIMIT_STACK, &limit) == 0 ? limit.rlim_cur : usual_limit;
    restart(inside, most < inside ? inside - most : 0);
  }

  /// The same where `inside` is an address in it, above or in its named part, and `lowest` where its limit is.
  void restart(std::uint64_t inside, std::uint64_t lowest) noexcept {
    is_split_ = false;
    plain_end_ = 0;
    lowest_ = (std::max)(lowest, page_);
    begin_ = end_ = inside / page_ * page_ + page_;
    if (inside < lowest_ || !is_mapped(1, 0)) return;
    // In pages below its end: so many are mapped without a gap, and so many are not.
    std::uint64_t mapped = 1;
    auto const most = (std::max<std::uint64_t>)((end_ - lowest_) / page_, 1);
    auto unmapped = most + 1;
    for (std::uint64_t step = 1; mapped < most; step *= 2) {
      auto const next = (std::min)(mapped + step, most);
      if (!is_mapped(next, mapped)) {
        unmapped = next;
        break;
      }
      mapped = next;
    }
    while (mapped + 1 < unmapped) {
      auto const middle = mapped + (unmapped - mapped) / 2;
      (is_mapped(middle, mapped) ? mapped : unmapped) = middle;
    }
    begin_ = end_ - mapped * page_;
  }

  /// Goes on to the next mapping, in the order of addresses: whether it is a part of the stack that has no name.
  [[nodiscard]] auto enter(mapping const& next) noexcept -> bool {
    bool const plain = next.kind == mapping_kind::anonymous && !next.shared;
    // It may have grown since.
    bool const is_part = plain && next.begin >= lowest_ && next.end > begin_ && next.begin < end_;
    bool const adjoins = next.kind == mapping_kind::stack && next.begin == plain_end_;
    is_split_ = is_split_ || is_part || adjoins;
    plain_end_ = plain ? next.end : 0;
    return is_part;
  }

  /// Tells that it has several parts.
  template <class Ledger>
  void finish(Ledger& into) const noexcept {
    auto& worth = into.causes[static_cast<std::size_t>(cause::stack_main)].worth;
    if (is_split_ && worth == quality::exact) worth = quality::estimate;
  }

  /// Where its lowest page begins; where nothing is known, its end.
  [[nodiscard]] auto begin() const noexcept -> std::uint64_t { return begin_; }

 private:
  static constexpr std::uint64_t usual_limit = std::uint64_t{8} << 20U;  // _STK_LIM

  // Whether the pages from so many below the end on are mapped, where the last `known` are.
  [[nodiscard]] auto is_mapped(std::uint64_t pages, std::uint64_t known) const noexcept -> bool {
    errno = 0;
    return read_.is_mapped(end_ - pages * page_, (pages - known) * page_) && errno == 0;
  }

  std::uint64_t page_;
  Read read_;
  std::uint64_t begin_ = 0;
  std::uint64_t end_ = 0;        // of the page that the program's name is in
  std::uint64_t lowest_ = 0;     // that its limit allows
  std::uint64_t plain_end_ = 0;  // of the mapping before, where that may be a part
  bool is_split_ = false;
};

}  // namespace memscape::inline v0
