// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <new>
#include <utility>

#include <memscape/core/address_range.hpp>

#include "pages.hpp"

namespace demo {

class slab;

/// The slabs of one slot size, counted together: one slab for each program, one number for who looks.
/// It has what `memscape::slab_source` asks for, and `ranges()`, which tells a ledger where they lie.
class slab_family {
 public:
  static constexpr std::size_t chunk_size = 64 * 1024;

  explicit slab_family(std::size_t slot_size) noexcept : slot_size_{slot_size} {}
  slab_family(slab_family const&) = delete;
  auto operator=(slab_family const&) -> slab_family& = delete;

  [[nodiscard]] auto slot_size() const noexcept -> std::size_t { return slot_size_; }
  [[nodiscard]] auto slots() const noexcept -> std::size_t { return chunks_ * slots_per_chunk(); }
  [[nodiscard]] auto used_slots() const noexcept -> std::size_t { return used_slots_; }
  [[nodiscard]] auto peak_slots() const noexcept -> std::size_t { return peak_slots_; }
  [[nodiscard]] auto slots_per_chunk() const noexcept -> std::size_t {
    return (chunk_size - sizeof(chunk)) / slot_size_;
  }

  /// Calls `visit(memscape::address_range)` for each chunk, heads and spares included.
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    for (auto const* each = all_; each != nullptr; each = each->next_of_all) {
      visit(memscape::address_range{each, chunk_size});
    }
  }

 private:
  friend class slab;

  struct free_slot {
    free_slot* next;
  };
  struct alignas(64) chunk {
    slab const* owner;
    chunk* next;
    chunk* previous;
    chunk* next_of_all;
    chunk* previous_of_all;
    free_slot* free;
    std::size_t fresh;  // slots below this index have been handed out at least once
    std::size_t used;
  };

  std::size_t slot_size_;
  std::size_t chunks_ = 0;
  std::size_t used_slots_ = 0;
  std::size_t peak_slots_ = 0;
  chunk* all_ = nullptr;
};

/// Slots of one size, in chunks that come from the kernel when they are needed and go back when they
/// are empty, or all at once. A chunk lies at a multiple of its size, so a slot's chunk is its address, masked.
class slab {
 public:
  static constexpr std::size_t chunk_size = slab_family::chunk_size;

  /// `of` counts its slots, and has to outlive it.
  explicit slab(slab_family& of) noexcept : family_{of} {}
  slab(slab const&) = delete;
  auto operator=(slab const&) -> slab& = delete;
  ~slab() { release(SIZE_MAX); }

  /// A slot, or nullptr when the kernel has no memory for another chunk.
  [[nodiscard]] auto allocate() noexcept -> void* {
    auto* const from = partial_ != nullptr ? partial_ : add_chunk();
    if (from == nullptr) return nullptr;
    void* slot = from->free;
    if (slot != nullptr) {
      from->free = from->free->next;
    } else {
      // Slots that were never handed out are not on the free list: linking them up front would touch
      // every page of the chunk and make memory resident that nobody uses.
      slot = first_slot(from) + family_.slot_size_ * from->fresh++;
    }
    ++from->used;
    ++family_.used_slots_;
    family_.peak_slots_ = std::max(family_.peak_slots_, family_.used_slots_);
    if (from->used == slots_per_chunk()) move(from, partial_, full_);
    return slot;
  }

  /// Takes back a slot. False, with nothing done, when the address is not a slot of this slab.
  [[nodiscard]] auto deallocate(void* slot) noexcept -> bool {
    auto* const from = chunk_of(slot);
    if (from->owner != this || !is_slot(from, slot)) return false;
    if (from->used == slots_per_chunk()) move(from, full_, partial_);
    from->free = ::new (slot) free_slot{from->free};
    --family_.used_slots_;
    if (--from->used == 0) retire(from);
    return true;
  }

  /// Gives at most so many chunks back to the kernel, with all slots in them. True when none is left.
  auto release(std::size_t at_most) noexcept -> bool {
    for (; at_most > 0; --at_most) {
      if (spare_ != nullptr) {
        unmap(std::exchange(spare_, nullptr));
      } else if (auto*& list = partial_ != nullptr ? partial_ : full_; list != nullptr) {
        auto* const doomed = list;
        remove(doomed, list);
        family_.used_slots_ -= doomed->used;
        unmap(doomed);
      } else {
        break;
      }
    }
    return partial_ == nullptr && full_ == nullptr && spare_ == nullptr;
  }

 private:
  using chunk = slab_family::chunk;
  using free_slot = slab_family::free_slot;

  [[nodiscard]] auto slots_per_chunk() const noexcept -> std::size_t {
    return family_.slots_per_chunk();
  }
  static auto chunk_of(void const* slot) noexcept -> chunk* {
    return reinterpret_cast<chunk*>(reinterpret_cast<std::uintptr_t>(slot) & ~(chunk_size - 1));
  }
  static auto first_slot(chunk* of) noexcept -> std::byte* {
    return reinterpret_cast<std::byte*>(of) + sizeof(chunk);
  }
  [[nodiscard]] auto is_slot(chunk* in, void const* slot) const noexcept -> bool {
    auto const offset = static_cast<std::size_t>(static_cast<std::byte const*>(slot) -
                                                 reinterpret_cast<std::byte*>(in));
    return offset >= sizeof(chunk) && (offset - sizeof(chunk)) % family_.slot_size_ == 0 &&
           (offset - sizeof(chunk)) / family_.slot_size_ < in->fresh;
  }

  auto add_chunk() noexcept -> chunk* {
    auto* added = spare_;
    spare_ = nullptr;
    if (added == nullptr) {
      auto block = pages::map_aligned(chunk_size);
      if (!block) return nullptr;
      added = ::new (block.detach()) chunk{};
      added->owner = this;
      join(added);
    }
    push(added, partial_);
    return added;
  }

  // One empty chunk is kept back, or a program that frees and takes a single slot at a chunk's edge
  // would make a system call each time.
  void retire(chunk* empty) noexcept {
    remove(empty, partial_);
    if (spare_ == nullptr) {
      spare_ = empty;
    } else {
      unmap(empty);
    }
  }

  void unmap(chunk* doomed) noexcept {
    leave(doomed);
    pages::adopt(doomed, chunk_size);
  }

  void join(chunk* added) noexcept {
    added->next_of_all = family_.all_;
    if (family_.all_ != nullptr) family_.all_->previous_of_all = added;
    family_.all_ = added;
    ++family_.chunks_;
  }
  void leave(chunk* left) noexcept {
    auto* const next = left->next_of_all;
    auto* const previous = left->previous_of_all;
    if (next != nullptr) next->previous_of_all = previous;
    (previous != nullptr ? previous->next_of_all : family_.all_) = next;
    --family_.chunks_;
  }

  static void push(chunk* added, chunk*& list) noexcept {
    added->previous = nullptr;
    added->next = list;
    if (list != nullptr) list->previous = added;
    list = added;
  }
  static void remove(chunk* removed, chunk*& list) noexcept {
    if (removed->next != nullptr) removed->next->previous = removed->previous;
    (removed->previous != nullptr ? removed->previous->next : list) = removed->next;
  }
  static void move(chunk* moved, chunk*& from, chunk*& to) noexcept {
    remove(moved, from);
    push(moved, to);
  }

  slab_family& family_;
  chunk* partial_ = nullptr;  // at least one slot free
  chunk* full_ = nullptr;
  chunk* spare_ = nullptr;  // empty, and in neither list
};

}  // namespace demo
