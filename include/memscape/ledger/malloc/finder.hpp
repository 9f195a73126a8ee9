// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memscape/core/count.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/malloc/block_choice.hpp>
#include <memscape/ledger/malloc/glibc_marks.hpp>
#include <memscape/ledger/malloc/mark_limits.hpp>
#include <memscape/ledger/quality.hpp>

namespace memscape::inline v0 {

/// Finds the heaps of malloc's arenas and the blocks that it mapped one by one, by their marks, and no more of
/// the latter than malloc says there are: those that were chosen, else the first.
/// Cost: one read of memory a question; where it looks inside of runs, one for each 64 pages. No allocation.
/// Threads: one at a time.
template <class Read = own_memory>
class malloc_finder {
 public:
  malloc_finder(std::uint64_t page_size, Read read) noexcept
      : page_{page_size}, marks_{page_size, read} {}

  /// Begins anew, at the lowest address.
  void restart(mark_limits const& limits) noexcept {
    limits_ = limits;
    marks_.reader().restart();
    heap_bytes_ = heap_mapped_ = break_begin_ = break_bytes_ = 0;
    heaps_ = blocks_ = block_bytes_ = inside_ = refused_ = sought_ = 0;
    doubtful_ = refused_end_ = 0;
    if (limits_.choice != nullptr) limits_.choice->restart();
  }

  /// The size of the arena's heap at `at`, or 0.
  [[nodiscard]] auto heap(std::uint64_t at) noexcept -> std::uint64_t {
    if (!limits_.heaps || at % marks_.heap_alignment != 0) return 0;
    auto const size = marks_.arena_heap(at);
    if (size == 0) return 0;
    ++heaps_;
    add_heap(at, size);
    return size;
  }

  /// Takes down heaps in [from, until) that a source owns: they count only in what arenas have.
  void owned(std::uint64_t from, std::uint64_t until) noexcept {
    constexpr auto step = glibc_marks<Read>::heap_alignment;
    for (auto at = (from + step - 1) / step * step; limits_.heaps && at < until; at += step) {
      if (auto const size = marks_.arena_heap(at); size != 0) add_heap(at, size);
    }
  }

  /// Takes down what the kernel names [heap], without the program's zeroed data that it may have merged with it.
  template <class Zeroed>
  void enter_break(mapping const& next, Zeroed const& zeroed) noexcept {
    for (auto at = next.begin; at < next.end;) {
      auto const piece = zeroed.at(at);
      auto const until = (std::min)(piece.until, next.end);
      if (!piece.inside && break_bytes_ == 0) break_begin_ = at;
      if (!piece.inside) break_bytes_ += until - at;
      at = until;
    }
  }

  /// The size of the block at `at`, in a mapping that ends at `end`, or 0.
  [[nodiscard]] auto block(std::uint64_t at, std::uint64_t end) noexcept -> std::uint64_t {
    if (!limits_.blocks) return 0;
    auto const size = marks_.mapped_block(at);
    // Its end can be in another mapping, where the kernel keeps a part of it apart.
    if (size == 0 || (size > end - at && !marks_.reader().is_mapped(at, size))) return 0;
    bool const is_chosen = limits_.choice == nullptr || limits_.choice->takes(size);
    if (!is_chosen || blocks_ == limits_.block_count || size > limits_.block_bytes - block_bytes_) {
      refused_ += size;
      if (size <= limits_.block_bytes) doubtful_ += size;
      refused_end_ = at + size;
      return 0;
    }
    ++blocks_;
    block_bytes_ += size;
    if (at == sought_) ++inside_;
    return size;
  }

  /// The first page in [from, until) that a block may begin in, or `until`.
  [[nodiscard]] auto next_block(std::uint64_t from, std::uint64_t until) noexcept -> std::uint64_t {
    if (!limits_.blocks || limits_.block_count == 0) return until;
    // Behind what is none of malloc's, one that the kernel merged with it may begin.
    if (!limits_.inside) return refused_end_ >= from && refused_end_ < until ? refused_end_ : until;
    std::uint64_t places[own_memory::most_heads];
    own_memory::head heads[own_memory::most_heads];
    while (from < until && block_bytes_ < limits_.block_bytes) {
      std::size_t wanted = 0;
      for (auto at = from; at < until && wanted < own_memory::most_heads; at += page_) {
        places[wanted++] = at;
      }
      auto const got = marks_.reader().heads(places, heads, wanted);
      for (std::size_t i = 0; i < got; ++i) {
        if (marks_.mapped_block(heads[i]) != 0) return sought_ = places[i];
      }
      // A page that is gone has no mark.
      from += (got < wanted ? got + 1 : got) * page_;
    }
    return until;
  }

  /// Tells how many heaps there are, or why nothing of malloc's is known.
  template <class Ledger>
  void finish(Ledger& into) const noexcept {
    if (why() == 0) {
      into.arena_heaps = count{heaps_};
      return;
    }
    into.faults.add(ledger_fault_kind::own_memory, why());
    // What was found until the call was refused is a part of an unknown whole.
    auto const is_part = [&into](cause of) noexcept {
      into.causes[static_cast<std::size_t>(of)].worth = quality::unavailable;
    };
    if (heaps_ != 0) is_part(cause::malloc_arena);
    if (blocks_ != 0) is_part(cause::malloc_mmap);
  }

  [[nodiscard]] auto marks() const noexcept -> glibc_marks<Read> const& { return marks_; }
  /// The errno where the process may not read its own memory, so that nothing can be found; else 0.
  [[nodiscard]] auto why() const noexcept -> int { return marks_.reader().why(); }
  [[nodiscard]] auto heaps() const noexcept -> std::uint64_t { return heaps_; }
  /// Of heaps of arenas, in sum, what their arenas have of them. Units: bytes.
  [[nodiscard]] auto heap_bytes() const noexcept -> std::uint64_t { return heap_bytes_; }
  /// The same, and what can be written to beyond that. Units: bytes.
  [[nodiscard]] auto heap_mapped() const noexcept -> std::uint64_t { return heap_mapped_; }
  /// Where memory below the program break begins, or 0; and how much there is. Units: bytes.
  [[nodiscard]] auto break_begin() const noexcept -> std::uint64_t { return break_begin_; }
  [[nodiscard]] auto break_bytes() const noexcept -> std::uint64_t { return break_bytes_; }
  [[nodiscard]] auto blocks() const noexcept -> std::uint64_t { return blocks_; }
  /// Their size in sum. Units: bytes.
  [[nodiscard]] auto block_bytes() const noexcept -> std::uint64_t { return block_bytes_; }
  /// Of the blocks, how many begin inside of a run.
  [[nodiscard]] auto inside() const noexcept -> std::uint64_t { return inside_; }
  /// The size of what bears a block's mark beyond what malloc says it mapped. Units: bytes.
  [[nodiscard]] auto refused() const noexcept -> std::uint64_t { return refused_; }
  /// Of that, what is no larger than all that malloc mapped, so that it may be malloc's. Units: bytes.
  [[nodiscard]] auto doubtful() const noexcept -> std::uint64_t { return doubtful_; }

 private:
  void add_heap(std::uint64_t at, std::uint64_t size) noexcept {
    heap_mapped_ += size;
    heap_bytes_ += marks_.heap_in_use(at);
  }

  std::uint64_t page_;
  glibc_marks<Read> marks_;
  mark_limits limits_{};
  std::uint64_t heaps_ = 0;
  std::uint64_t heap_bytes_ = 0;
  std::uint64_t heap_mapped_ = 0;
  std::uint64_t break_begin_ = 0;
  std::uint64_t break_bytes_ = 0;
  std::uint64_t blocks_ = 0;
  std::uint64_t block_bytes_ = 0;
  std::uint64_t inside_ = 0;
  std::uint64_t refused_ = 0;
  std::uint64_t doubtful_ = 0;
  std::uint64_t refused_end_ = 0;  // of the last that was refused
  std::uint64_t sought_ = 0;       // the page that `next_block` told
};

}  // namespace memscape::inline v0
