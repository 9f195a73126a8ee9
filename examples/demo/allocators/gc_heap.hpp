// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "malloc_tier.hpp"
#include "slab.hpp"

namespace demo {

/// What Lua allocates from: two slabs for the small objects and malloc for the rest.
///
/// The slot sizes come from counting what Lua 5.4 asks for. Tables take 56 bytes, closures 40 to 64,
/// upvalues 40, short strings 25 to 64: values, in slots of 64. A table's four fields take 96, eight
/// array elements 128: the variables around the values, in slots of 128. Four of five blocks of an
/// ordinary program fit one of the two.
///
/// A block's size alone says which tier it lives in, and Lua hands the size back when it frees, so no
/// block needs a header.
class gc_heap {
 public:
  static constexpr std::size_t lval_slot = 64;
  static constexpr std::size_t lenv_slot = 128;

  /// The heap refuses to grow beyond `limit` bytes in use; Lua then raises "not enough memory".
  explicit gc_heap(std::size_t limit) noexcept : limit_{limit} {}

  /// The contract of lua_Alloc: a new block when `block` is null, a free when `new_size` is 0, else a
  /// realloc; nullptr when it cannot be done, and then the old block is untouched.
  [[nodiscard]] auto reallocate(void* block, std::size_t old_size, std::size_t new_size) noexcept
      -> void* {
    // For a new block Lua passes the kind of object in place of the old size.
    if (block == nullptr) old_size = 0;
    if (new_size == 0) {
      if (block != nullptr) deallocate(block, old_size);
      return nullptr;
    }
    if (charge(new_size) > charge(old_size) && !fits(charge(new_size) - charge(old_size))) {
      return nullptr;
    }
    if (block == nullptr) return allocate(new_size);

    auto const from = tier_of(old_size);
    if (from == tier_of(new_size)) {
      return from == tier::malloc ? malloc_.reallocate(block, old_size, new_size) : block;
    }
    void* const moved = allocate(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, std::min(old_size, new_size));
    deallocate(block, old_size);
    return moved;
  }

  [[nodiscard]] auto limit() const noexcept -> std::size_t { return limit_; }
  [[nodiscard]] auto used() const noexcept -> std::size_t {
    return lval_.used_slots() * lval_slot + lenv_.used_slots() * lenv_slot + malloc_.used();
  }

  [[nodiscard]] auto lval() const noexcept -> slab const& { return lval_; }
  [[nodiscard]] auto lenv() const noexcept -> slab const& { return lenv_; }
  [[nodiscard]] auto malloc() const noexcept -> malloc_tier const& { return malloc_; }

 private:
  enum class tier { lval, lenv, malloc };

  static constexpr auto tier_of(std::size_t size) noexcept -> tier {
    return size <= lval_slot ? tier::lval : size <= lenv_slot ? tier::lenv : tier::malloc;
  }

  // What a block counts for: a slot counts whole.
  static constexpr auto charge(std::size_t size) noexcept -> std::size_t {
    if (size == 0) return 0;
    auto const where = tier_of(size);
    return where == tier::lval ? lval_slot : where == tier::lenv ? lenv_slot : size;
  }

  [[nodiscard]] auto fits(std::size_t growth) const noexcept -> bool {
    auto const now = used();
    return now <= limit_ && growth <= limit_ - now;
  }

  auto allocate(std::size_t size) noexcept -> void* {
    switch (tier_of(size)) {
      case tier::lval: return lval_.allocate();
      case tier::lenv: return lenv_.allocate();
      case tier::malloc: break;
    }
    return malloc_.allocate(size);
  }

  void deallocate(void* block, std::size_t size) noexcept {
    auto const where = tier_of(size);
    if (where == tier::malloc) {
      malloc_.deallocate(block, size);
    } else if (!(where == tier::lval ? lval_ : lenv_).deallocate(block)) {
      // The heap is corrupt: going on would only make the trace harder to read.
      std::fprintf(stderr,
                   "demo: the GC heap was given a block of %zu bytes that is none of its own\n",
                   size);
      std::abort();
    }
  }

  std::size_t limit_;
  slab lval_{lval_slot};
  slab lenv_{lenv_slot};
  malloc_tier malloc_;
};

}  // namespace demo
