// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <memscape/core/count.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/base_cause.hpp>
#include <memscape/ledger/linux/bss_extents.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/malloc/finder.hpp>
#include <memscape/ledger/malloc/mark_limits.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/threads/default_stack.hpp>
#include <memscape/ledger/threads/main_stack.hpp>
#include <memscape/ledger/threads/thread_stacks.hpp>

namespace memscape::inline v0 {

/// Names the cause of every page, mapping by mapping, in the order of the address space. One mapping can
/// hold several, because the kernel merges neighbours.
/// Cost: nothing for what the kernel names; one read of memory for a run of anonymous pages.
template <class Read = own_memory>
class classifier {
 public:
  explicit classifier(std::uint64_t page_size, Read read = {}) noexcept
      : page_{page_size},
        malloc_{page_size, read},
        bss_{page_size, read},
        stacks_{read},
        main_stack_{page_size, read} {}

  /// Begins anew, at the lowest address, with what malloc says there is to be found.
  void restart(mark_limits const& limits = {}) noexcept {
    malloc_.restart(limits);
    before_ = {};
    extent_ = {};
    extent_begin_ = 0;
    was_guard_ = false;
    thread_stacks_ = 0;
    bss_.restart();
    stacks_.restart();
    main_stack_.restart();
    thread_stack_ = default_stack::ask(page_);
  }

  /// Goes on to the next mapping.
  void enter(mapping const& next) noexcept {
    bool const behind = before_.end == next.begin;
    after_guard_ = behind && was_guard_ && !stacks_.knows_kept() && stacks_.why() == 0;
    before_ = {next.begin, next.end};
    was_guard_ = next.kind == mapping_kind::anonymous && !next.readable && !next.writable &&
                 !next.executable;
    bss_.enter(next);
    if (next.kind == mapping_kind::heap) malloc_.enter_break(next, bss_);
    base_ = main_stack_.enter(next) ? cause::stack_main : base_cause(next);
    shared_ = next.shared;
    is_own_ = !shared_ && facts_of(base_).parts != cause_parts::files && base_ != cause::vdso &&
              base_ != cause::stack_main;
    may_be_bss_ = bss_extents<Read>::may_hold(next.kind);
    plain_ = base_ == cause::anonymous && next.readable && next.writable && !next.shared;
    // What began before goes on where the kernel keeps a part of it apart: locked, advised, protected.
    goes_on_ = base_ == cause::anonymous && !next.shared && next.begin < extent_.until &&
               next.begin >= extent_begin_;
  }

  /// The cause of what has no mark.
  [[nodiscard]] auto base() const noexcept -> cause { return base_; }
  /// The same of pages that are the process's own: what was written to a private mapping of shared memory
  /// is not shared.
  [[nodiscard]] auto own_base() const noexcept -> cause { return own_cause(base_, shared_); }
  /// Whether the mapping holds, or may hold, more causes than one.
  [[nodiscard]] auto has_marks() noexcept -> bool {
    if (plain_ || goes_on_) return true;
    auto const first = zone_at(before_.begin);
    return first.until < before_.end || first.cause != base_;
  }

  struct piece {
    memscape::cause cause{};
    std::uint64_t until = 0;  ///< the cause is the same up to here
  };

  /// The cause of the resident page at `at`, for addresses that only rise within the mapping. `is_shared`: the
  /// page is a file's or shared memory's, and not the process's own.
  [[nodiscard]] auto cause_at(std::uint64_t at, std::uint64_t run_end,
                              bool is_shared = false) noexcept -> piece {
    if (is_shared) return {base_, run_end};
    auto const zone = zone_at(at);
    if (zone.cause != own_base()) return zone;
    auto found = marked_at(at, (std::min)(run_end, zone.until));
    found.until = (std::min)(found.until, zone.until);
    return found;
  }

  /// The cause of a page that is not in RAM, and whose memory is not read for that.
  [[nodiscard]] auto cause_unread(std::uint64_t at) noexcept -> piece {
    auto const zone = zone_at(at);
    if (zone.cause != own_base() || !is_known(at)) return zone;
    return {extent_.cause, (std::min)(extent_.until, zone.until)};
  }

  /// Tells that a source owns [from, until), which is in RAM: it may hold heaps of malloc's arenas.
  void owned(std::uint64_t from, std::uint64_t until) noexcept {
    if (plain_) malloc_.owned(from, until);
  }

  /// Stacks of threads found since the restart.
  [[nodiscard]] auto thread_stacks() const noexcept -> std::uint64_t {
    return thread_stacks_ + stacks_.found();
  }
  /// What was found of malloc's.
  [[nodiscard]] auto finder() const noexcept -> malloc_finder<Read> const& { return malloc_; }
  /// Tells how many heaps and stacks there are, and what of malloc's, of stacks and zeroed data is not known.
  template <class Ledger>
  void finish(Ledger& into) const noexcept {
    malloc_.finish(into);
    bss_.finish(into);
    main_stack_.finish(into);
    if (stacks_.why() != 0) {
      into.faults.add(ledger_fault_kind::stacks, stacks_.why());
      into.causes[static_cast<std::size_t>(cause::stack_threads)].worth = quality::unavailable;
      return;
    }
    into.thread_stacks = count{thread_stacks()};
    if (stacks_.missing() != 0) {
      into.faults.add(ledger_fault_kind::stacks_missing,
                      static_cast<std::int32_t>(stacks_.missing()));
    }
  }

 private:
  static constexpr auto heap_alignment = glibc_marks<Read>::heap_alignment;

  // What is known without a look at the page: stacks, then zeroed data, else the base.
  [[nodiscard]] auto zone_at(std::uint64_t at) noexcept -> piece {
    if (!is_own_) return {base_, before_.end};
    auto const stack = stacks_.at(at);
    auto until = (std::min)(stack.until, before_.end);
    if (stack.inside) return {cause::stack_threads, until};
    if (!may_be_bss_) return {own_base(), until};
    auto const zeroed = bss_.at(at);
    until = (std::min)(until, zeroed.until);
    return {zeroed.inside ? cause::bss : own_base(), until};
  }

  [[nodiscard]] auto marked_at(std::uint64_t at, std::uint64_t run_end) noexcept -> piece {
    if (is_known(at)) return {extent_.cause, (std::min)(extent_.until, before_.end)};
    if (!plain_) return {own_base(), before_.end};
    if (at % page_ != 0) return {own_base(), (at / page_ + 1) * page_};
    if (recognise(at)) return {extent_.cause, (std::min)(extent_.until, before_.end)};
    // What has no mark stays what it is up to where the next could stand.
    auto const next_heap = (at / heap_alignment + 1) * heap_alignment;
    auto const until = (std::min)({run_end, next_heap, before_.end});
    return {own_base(), malloc_.next_block(at + page_, until)};
  }

  [[nodiscard]] auto recognise(std::uint64_t at) noexcept -> bool {
    if (auto const size = malloc_.heap(at); size != 0) {
      return found(cause::malloc_arena, at, at + size);
    }
    if (after_guard_ && before_.begin <= at) {
      // Once a mapping: the stack's pages are resident at its top, its mark with them.
      after_guard_ = false;
      if (auto const end =
              malloc_.marks().stack_end(before_.begin, before_.end, thread_stack_.size);
          end > at) {
        ++thread_stacks_;
        return found(cause::stack_threads, before_.begin, end);
      }
      // One of another size than is taken here ends elsewhere.
      if (thread_stack_.why != 0) stacks_.give_up(thread_stack_.why);
    }
    auto const size = malloc_.block(at, before_.end);
    return size != 0 && found(cause::malloc_mmap, at, at + size);
  }

  auto found(cause of, std::uint64_t begin, std::uint64_t end) noexcept -> bool {
    extent_begin_ = begin;
    extent_ = {of, end};
    goes_on_ = true;
    return true;
  }

  [[nodiscard]] auto is_known(std::uint64_t at) const noexcept -> bool {
    return goes_on_ && at < extent_.until && at >= extent_begin_;
  }

  std::uint64_t page_;
  malloc_finder<Read> malloc_;
  bss_extents<Read> bss_;
  memscape::thread_stacks<Read> stacks_;
  main_stack<Read> main_stack_;
  struct {
    std::uint64_t begin = 0, end = 0;
  } before_{};  // the mapping that was entered last
  cause base_{};
  piece extent_{};
  std::uint64_t extent_begin_ = 0;
  default_stack thread_stack_{};
  std::uint64_t thread_stacks_ = 0;
  bool was_guard_ = false;
  bool after_guard_ = false;
  bool is_own_ = false;  // it may hold pages of the process's own
  bool shared_ = false;
  bool may_be_bss_ = false;
  bool plain_ = false;
  bool goes_on_ = false;  // the extent may reach into the mapping
};

}  // namespace memscape::inline v0
