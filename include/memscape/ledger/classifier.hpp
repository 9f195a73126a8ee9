// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>

#include <algorithm>
#include <cstdint>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/glibc_marks.hpp>
#include <memscape/ledger/mapping.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Names the cause of every page, mapping by mapping, in the order of the address space. One mapping can
/// hold several, because the kernel merges neighbours.
/// Cost: nothing for what the kernel names; one read of memory for a run of anonymous pages.
template <class Read = own_memory>
class classifier {
 public:
  explicit classifier(std::uint64_t page_size, Read read = {}) noexcept
      : page_{page_size}, marks_{page_size, read} {}

  /// Begins anew, at the lowest address. `look_for_blocks`: whether malloc says that it mapped any.
  void restart(bool look_for_blocks) noexcept {
    look_for_blocks_ = look_for_blocks;
    before_ = {};
    was_guard_ = was_data_ = false;
    thread_stacks_ = arena_heaps_ = 0;
    rlimit limit{};
    // What glibc takes as the size of a thread's stack.
    bool const known = ::getrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    stack_size_ = known ? limit.rlim_cur / page_ * page_ : 0;
  }

  /// Goes on to the next mapping.
  void enter(mapping const& next) noexcept {
    bool const behind = before_.end == next.begin;
    after_guard_ = behind && was_guard_;
    after_data_ = behind && was_data_;
    before_ = {next.begin, next.end};
    was_guard_ = next.kind == mapping_kind::anonymous && !next.readable && !next.writable &&
                 !next.executable;
    was_data_ = next.kind == mapping_kind::file && next.writable && !next.shared;
    base_ = base_cause(next);
    plain_ = base_ == cause::anonymous && next.readable && next.writable && !next.shared;
    extent_ = {};
  }

  /// The cause of what has no mark.
  [[nodiscard]] auto base() const noexcept -> cause { return base_; }
  /// Whether marks can tell more causes in this mapping.
  [[nodiscard]] auto has_marks() const noexcept -> bool { return plain_; }

  struct piece {
    memscape::cause cause{};
    std::uint64_t until = 0;  ///< the cause is the same up to here
  };

  /// The cause of the resident page at `at`, for addresses that only rise within the mapping.
  [[nodiscard]] auto cause_at(std::uint64_t at, std::uint64_t run_end) noexcept -> piece {
    if (at < extent_.until && at >= extent_begin_) return {extent_.cause, extent_.until};
    if (!plain_) return {base_, before_.end};
    if (at % page_ != 0) return {base_, (at / page_ + 1) * page_};
    if (recognise(at)) return {extent_.cause, extent_.until};
    // What has no mark stays what it is up to where the next could stand.
    auto const next_heap = (at / heap_alignment + 1) * heap_alignment;
    return {base_, (std::min)({run_end, next_heap, before_.end})};
  }

  /// Stacks of threads, and heaps of malloc's arenas, found since the restart.
  [[nodiscard]] auto thread_stacks() const noexcept -> std::uint64_t { return thread_stacks_; }
  [[nodiscard]] auto arena_heaps() const noexcept -> std::uint64_t { return arena_heaps_; }

 private:
  static constexpr auto heap_alignment = glibc_marks<Read>::heap_alignment;

  [[nodiscard]] auto base_cause(mapping const& of) const noexcept -> cause {
    switch (of.kind) {
      case mapping_kind::heap: return cause::malloc_heap;
      case mapping_kind::stack: return cause::stack_main;
      case mapping_kind::vdso:
      case mapping_kind::kernel: return cause::vdso;
      case mapping_kind::hugetlb:
      case mapping_kind::shmem: return cause::shmem;
      case mapping_kind::named: return named_cause(of.name.view());
      case mapping_kind::file:
        if (of.executable) return cause::file_text;
        return of.writable ? cause::file_data : cause::file_rodata;
      case mapping_kind::anonymous: break;
    }
    return after_data_ && of.writable && !of.shared ? cause::bss : cause::anonymous;
  }

  // glibc names its memory where it is told to (glibc.mem.decorate_maps), and Android names its own.
  [[nodiscard]] static auto named_cause(std::string_view name) noexcept -> cause {
    if (name.starts_with("glibc: malloc arena")) return cause::malloc_arena;
    if (name.starts_with("glibc: malloc")) return cause::malloc_mmap;
    if (name.starts_with("glibc: pthread stack")) return cause::stack_threads;
    return name == ".bss" ? cause::bss : cause::anon_named;
  }

  [[nodiscard]] auto recognise(std::uint64_t at) noexcept -> bool {
    if (auto const size = marks_.arena_heap(at); size != 0) {
      ++arena_heaps_;
      return found(cause::malloc_arena, at, at + size);
    }
    if (after_guard_ && before_.begin <= at) {
      // Once a mapping: the stack's pages are resident at its top, its mark with them.
      after_guard_ = false;
      if (auto const end = marks_.stack_end(before_.begin, before_.end, stack_size_); end > at) {
        ++thread_stacks_;
        return found(cause::stack_threads, before_.begin, end);
      }
    }
    if (!look_for_blocks_) return false;
    auto const size = marks_.mapped_block(at, before_.end);
    return size != 0 && found(cause::malloc_mmap, at, at + size);
  }

  auto found(cause of, std::uint64_t begin, std::uint64_t end) noexcept -> bool {
    extent_begin_ = begin;
    extent_ = {of, (std::min)(end, before_.end)};
    return true;
  }

  std::uint64_t page_;
  glibc_marks<Read> marks_;
  struct {
    std::uint64_t begin = 0, end = 0;
  } before_{};  // the mapping that was entered last
  cause base_{};
  piece extent_{};
  std::uint64_t extent_begin_ = 0;
  std::uint64_t stack_size_ = 0;
  std::uint64_t thread_stacks_ = 0;
  std::uint64_t arena_heaps_ = 0;
  bool look_for_blocks_ = true;
  bool was_guard_ = false;
  bool was_data_ = false;
  bool after_guard_ = false;
  bool after_data_ = false;
  bool plain_ = false;
};

}  // namespace memscape::inline v0
