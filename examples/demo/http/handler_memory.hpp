// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <new>

namespace demo::http {

/// Room for one pending operation of asio, which would otherwise come from the heap.
class handler_memory {
 public:
  handler_memory() = default;
  handler_memory(handler_memory const&) = delete;

  [[nodiscard]] auto allocate(std::size_t size) -> void* {
    if (taken_ || size > sizeof room_) return ::operator new(size);
    taken_ = true;
    return room_;
  }
  void deallocate(void* block) noexcept {
    if (block == room_) {
      taken_ = false;
    } else {
      ::operator delete(block);
    }
  }

 private:
  alignas(std::max_align_t) std::byte room_[112];
  bool taken_ = false;
};

/// The allocator by which asio finds that room.
template <class T>
class handler_allocator {
 public:
  using value_type = T;

  explicit handler_allocator(handler_memory& memory) noexcept : memory_{&memory} {}
  template <class U>
  handler_allocator(handler_allocator<U> const& other) noexcept : memory_{other.memory_} {}

  [[nodiscard]] auto allocate(std::size_t n) -> T* {
    return static_cast<T*>(memory_->allocate(n * sizeof(T)));
  }
  void deallocate(T* block, std::size_t) noexcept { memory_->deallocate(block); }

  template <class U>
  auto operator==(handler_allocator<U> const& other) const noexcept -> bool {
    return memory_ == other.memory_;
  }

 private:
  template <class U>
  friend class handler_allocator;

  handler_memory* memory_;
};

}  // namespace demo::http
