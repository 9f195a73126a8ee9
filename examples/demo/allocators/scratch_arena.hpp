// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>

#include "pages.hpp"

namespace demo {

/// A bump allocator: handing out moves a pointer, freeing is one `reset` for everything.
/// It has what `memscape::arena_source` asks for: `used()`, `capacity()` and `peak()` in bytes, and
/// `data()`, which tells a ledger where it lies.
class scratch_arena {
 public:
  explicit scratch_arena(std::size_t capacity) : block_{pages::map(capacity)} {
    if (!block_) throw std::bad_alloc{};
  }

  /// `size` bytes, or nullptr when the arena is full. Never throws: the caller has a bound to keep.
  [[nodiscard]] auto allocate(std::size_t size, std::size_t alignment) noexcept -> void* {
    auto const start = (used_ + alignment - 1) / alignment * alignment;
    if (start > capacity() || size > capacity() - start) return nullptr;
    used_ = start + size;
    peak_ = std::max(peak_, used_);
    return block_.data() + start;
  }

  /// Forgets everything handed out since the last reset. Nothing is destroyed: only what needs no
  /// destructor, or has run it, may live here.
  void reset() noexcept { used_ = 0; }

  [[nodiscard]] auto used() const noexcept -> std::size_t { return used_; }
  [[nodiscard]] auto capacity() const noexcept -> std::size_t { return block_.size(); }
  [[nodiscard]] auto peak() const noexcept -> std::size_t { return peak_; }
  [[nodiscard]] auto data() const noexcept -> std::byte const* { return block_.data(); }

 private:
  pages block_;
  std::size_t used_ = 0;
  std::size_t peak_ = 0;
};

/// A standard allocator over a scratch arena, for containers that live no longer than a request.
template <class T>
class scratch_allocator {
 public:
  using value_type = T;

  explicit scratch_allocator(scratch_arena& arena) noexcept : arena_{&arena} {}
  template <class U>
  scratch_allocator(scratch_allocator<U> const& other) noexcept : arena_{other.arena_} {}

  [[nodiscard]] auto allocate(std::size_t n) -> T* {
    if (n > SIZE_MAX / sizeof(T)) throw std::bad_alloc{};
    void* const p = arena_->allocate(n * sizeof(T), alignof(T));
    if (p == nullptr) throw std::bad_alloc{};
    return static_cast<T*>(p);
  }
  void deallocate(T*, std::size_t) noexcept {}

  template <class U>
  auto operator==(scratch_allocator<U> const& other) const noexcept -> bool {
    return arena_ == other.arena_;
  }

 private:
  template <class U>
  friend class scratch_allocator;

  scratch_arena* arena_;
};

}  // namespace demo
