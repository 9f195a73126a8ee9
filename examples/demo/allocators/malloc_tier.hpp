// SPDX-License-Identifier: MIT
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace demo {

/// What all tiers have from malloc together: what was asked for, what malloc really set aside, how many blocks.
class malloc_count {
 public:
  [[nodiscard]] auto used() const noexcept -> std::size_t { return used_; }
  [[nodiscard]] auto committed() const noexcept -> std::size_t { return committed_; }
  [[nodiscard]] auto peak() const noexcept -> std::size_t { return peak_; }
  [[nodiscard]] auto objects() const noexcept -> std::size_t { return objects_; }

 private:
  friend class malloc_tier;

  std::size_t used_ = 0;
  std::size_t committed_ = 0;
  std::size_t peak_ = 0;
  std::size_t objects_ = 0;
  std::size_t freed_ = 0;  // since the last trim
};

/// The C library's malloc for one program, whose blocks can be freed one by one or all at once: each has a head
/// that says which is the next. It also makes malloc give back what was freed in the middle of its heap, which
/// would otherwise stay resident until the blocks above are freed too.
class malloc_tier {
 public:
  /// `of` counts its blocks, and has to outlive it.
  explicit malloc_tier(malloc_count& of) noexcept : count_{of} {}
  malloc_tier(malloc_tier const&) = delete;
  auto operator=(malloc_tier const&) -> malloc_tier& = delete;
  ~malloc_tier() { release(SIZE_MAX); }

  [[nodiscard]] auto allocate(std::size_t size) noexcept -> void* {
    if (size > SIZE_MAX - sizeof(head)) return nullptr;
    void* const block = std::malloc(sizeof(head) + size);
    if (block == nullptr) return nullptr;
    auto* const added = ::new (block) head{.next = first_, .previous = nullptr, .size = size};
    if (first_ != nullptr) first_->previous = added;
    first_ = added;
    add(added);
    return added + 1;
  }

  void deallocate(void* block) noexcept {
    free(static_cast<head*>(block) - 1);
    trim();
  }

  /// As realloc: on failure nullptr, and the old block stays as it was.
  [[nodiscard]] auto reallocate(void* block, std::size_t new_size) noexcept -> void* {
    if (new_size > SIZE_MAX - sizeof(head)) return nullptr;
    auto* const old = static_cast<head*>(block) - 1;
    auto const old_size = old->size;
    auto const old_committed = ::malloc_usable_size(old);
    auto* const moved = static_cast<head*>(std::realloc(old, sizeof(head) + new_size));
    if (moved == nullptr) return nullptr;
    (moved->previous != nullptr ? moved->previous->next : first_) = moved;
    if (moved->next != nullptr) moved->next->previous = moved;
    moved->size = new_size;
    take_off(old_size, old_committed);
    add(moved);
    return moved + 1;
  }

  /// Frees at most so many blocks. True when none is left.
  auto release(std::size_t at_most) noexcept -> bool {
    for (; at_most > 0 && first_ != nullptr; --at_most) free(first_);
    trim();
    return first_ == nullptr;
  }

 private:
  struct alignas(std::max_align_t) head {
    head* next;
    head* previous;
    std::size_t size;  // what was asked for
  };

  void add(head* block) noexcept {
    count_.used_ += block->size;
    count_.committed_ += ::malloc_usable_size(block);
    ++count_.objects_;
    count_.peak_ = std::max(count_.peak_, count_.used_);
  }

  void take_off(std::size_t size, std::size_t committed) noexcept {
    count_.used_ -= size;
    count_.committed_ -= committed;
    --count_.objects_;
  }

  void free(head* block) noexcept {
    auto const committed = ::malloc_usable_size(block);
    take_off(block->size, committed);
    (block->previous != nullptr ? block->previous->next : first_) = block->next;
    if (block->next != nullptr) block->next->previous = block->previous;
    std::free(block);
    count_.freed_ += committed;
  }

  // Trimming walks the heap, so it has to be earned by as many freed bytes.
  void trim() noexcept {
    if (count_.freed_ < std::max(min_trim, count_.committed_)) return;
    ::malloc_trim(0);
    count_.freed_ = 0;
  }

  static constexpr std::size_t min_trim = 4 << 20;

  malloc_count& count_;
  head* first_ = nullptr;
};

}  // namespace demo
