// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <new>

#include "pages.hpp"

namespace demo {

/// A set number of slots of one size. When they are gone they are gone: that is how the server bounds
/// its clients. Slots become resident when they are first used.
/// It has what `memscape::slab_source` asks for, and `data()`, which tells a ledger where it lies.
class fixed_slab {
 public:
  fixed_slab(std::size_t slot_size, std::size_t slots)
      : slot_size_{(slot_size + alignment - 1) / alignment * alignment},
        slots_{slots},
        block_{pages::map(slot_size_ * slots)} {
    if (!block_) throw std::bad_alloc{};
  }

  /// A slot, or nullptr when all are in use.
  [[nodiscard]] auto allocate() noexcept -> void* {
    void* slot = free_;
    if (slot != nullptr) {
      free_ = free_->next;
    } else if (fresh_ < slots_) {
      slot = block_.data() + slot_size_ * fresh_++;
    } else {
      return nullptr;
    }
    peak_slots_ = std::max(peak_slots_, ++used_slots_);
    return slot;
  }

  /// Takes back a slot that `allocate` gave.
  void deallocate(void* slot) noexcept {
    free_ = ::new (slot) free_slot{free_};
    --used_slots_;
  }

  [[nodiscard]] auto slot_size() const noexcept -> std::size_t { return slot_size_; }
  [[nodiscard]] auto slots() const noexcept -> std::size_t { return slots_; }
  [[nodiscard]] auto used_slots() const noexcept -> std::size_t { return used_slots_; }
  [[nodiscard]] auto peak_slots() const noexcept -> std::size_t { return peak_slots_; }
  [[nodiscard]] auto data() const noexcept -> std::byte const* { return block_.data(); }

 private:
  static constexpr std::size_t alignment = 64;
  struct free_slot {
    free_slot* next;
  };

  std::size_t slot_size_;
  std::size_t slots_;
  pages block_;
  std::size_t fresh_ = 0;  // slots below this index have been handed out at least once
  std::size_t used_slots_ = 0;
  std::size_t peak_slots_ = 0;
  free_slot* free_ = nullptr;
};

}  // namespace demo
