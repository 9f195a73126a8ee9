// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>

#include "gc_heap.hpp"

namespace demo {

/// What one program allocates from: two slabs for the small objects and malloc for the rest. Nothing in it is
/// another program's, so all of it can be given back at once, whatever state the program was left in.
///
/// The slot sizes come from counting what Lua 5.4 asks for. Tables take 56 bytes, closures 40 to 64,
/// upvalues 40, short strings 25 to 64: values, in slots of 64. A table's four fields take 96, eight
/// array elements 128: the variables around the values, in slots of 128. Four of five blocks of an
/// ordinary program fit one of the two.
///
/// A block's size alone says which tier it lives in, and Lua hands the size back when it frees, so no
/// slot needs a header.
class heap_share {
 public:
  explicit heap_share(gc_heap& of) noexcept : heap_{of} {}
  heap_share(heap_share const&) = delete;
  auto operator=(heap_share const&) -> heap_share& = delete;
  ~heap_share() { release(); }

  /// The contract of lua_Alloc: a new block when `block` is null, a free when `new_size` is 0, else a
  /// realloc; nullptr when it cannot be done, and then the old block is untouched.
  [[nodiscard]] auto reallocate(void* block, std::size_t old_size, std::size_t new_size) noexcept
      -> void* {
    std::lock_guard const lock{heap_.mutex_};
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
      return from == tier::malloc ? malloc_.reallocate(block, new_size) : block;
    }
    void* const moved = allocate(new_size);
    if (moved == nullptr) return nullptr;
    std::memcpy(moved, block, std::min(old_size, new_size));
    deallocate(block, old_size);
    return moved;
  }

  /// Gives back all there is. A part at a time: who looks at the heap meanwhile does not wait for the end.
  void release() noexcept {
    while (!release_part()) {
    }
  }

  /// Gives back some of it. True when nothing is left.
  auto release_part() noexcept -> bool {
    std::lock_guard const lock{heap_.mutex_};
    return lval_.release(part) && lenv_.release(part) && malloc_.release(part);
  }

 private:
  enum class tier { lval, lenv, malloc };

  static constexpr std::size_t part = 256;

  static constexpr auto tier_of(std::size_t size) noexcept -> tier {
    return size <= gc_heap::lval_slot   ? tier::lval
           : size <= gc_heap::lenv_slot ? tier::lenv
                                        : tier::malloc;
  }

  // What a block counts for: a slot counts whole.
  static constexpr auto charge(std::size_t size) noexcept -> std::size_t {
    if (size == 0) return 0;
    auto const where = tier_of(size);
    return where == tier::lval   ? gc_heap::lval_slot
           : where == tier::lenv ? gc_heap::lenv_slot
                                 : size;
  }

  [[nodiscard]] auto fits(std::size_t growth) const noexcept -> bool {
    auto const now = heap_.used();
    return now <= heap_.limit() && growth <= heap_.limit() - now;
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
      malloc_.deallocate(block);
    } else if (!(where == tier::lval ? lval_ : lenv_).deallocate(block)) {
      // The heap is corrupt: going on would only make the trace harder to read.
      std::fprintf(stderr,
                   "demo: the GC heap was given a block of %zu bytes that is none of its own\n",
                   size);
      std::abort();
    }
  }

  gc_heap& heap_;
  slab lval_{heap_.lval_};
  slab lenv_{heap_.lenv_};
  malloc_tier malloc_{heap_.malloc_};
};

}  // namespace demo
