// SPDX-License-Identifier: MIT
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace demo {

/// The C library's malloc, counted: what was asked for, what malloc really set aside, how many blocks.
/// It also makes malloc give back what was freed in the middle of its heap, which would otherwise stay
/// resident until the blocks above are freed too.
class malloc_tier {
 public:
  [[nodiscard]] auto allocate(std::size_t size) noexcept -> void* {
    void* const block = std::malloc(size);
    if (block != nullptr) add(block, size);
    return block;
  }

  /// `size` is what the block was asked for with.
  void deallocate(void* block, std::size_t size) noexcept {
    auto const committed = ::malloc_usable_size(block);
    used_ -= size;
    committed_ -= committed;
    --objects_;
    std::free(block);
    // Trimming walks the heap, so it has to be earned by as many freed bytes.
    freed_ += committed;
    if (freed_ >= std::max(min_trim, committed_)) {
      ::malloc_trim(0);
      freed_ = 0;
    }
  }

  /// As realloc: on failure nullptr, and the old block stays as it was.
  [[nodiscard]] auto reallocate(void* block, std::size_t old_size, std::size_t new_size) noexcept
      -> void* {
    auto const old_committed = ::malloc_usable_size(block);
    void* const moved = std::realloc(block, new_size);
    if (moved == nullptr) return nullptr;
    used_ -= old_size;
    committed_ -= old_committed;
    --objects_;
    add(moved, new_size);
    return moved;
  }

  [[nodiscard]] auto used() const noexcept -> std::size_t { return used_; }
  [[nodiscard]] auto committed() const noexcept -> std::size_t { return committed_; }
  [[nodiscard]] auto peak() const noexcept -> std::size_t { return peak_; }
  [[nodiscard]] auto objects() const noexcept -> std::size_t { return objects_; }

 private:
  void add(void* block, std::size_t size) noexcept {
    used_ += size;
    committed_ += ::malloc_usable_size(block);
    ++objects_;
    peak_ = std::max(peak_, used_);
  }

  static constexpr std::size_t min_trim = 4 << 20;

  std::size_t used_ = 0;
  std::size_t committed_ = 0;
  std::size_t peak_ = 0;
  std::size_t objects_ = 0;
  std::size_t freed_ = 0;  // since the last trim
};

}  // namespace demo
