// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdint>
#include <utility>

namespace demo {

/// Anonymous pages straight from the kernel, given back by the destructor. Nothing is resident
/// until it is touched, so a large block that is barely used costs barely anything.
class pages {
 public:
  pages() = default;

  /// `size` bytes, or an empty object when the kernel refuses.
  static auto map(std::size_t size) noexcept -> pages {
    void* const data =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return data == MAP_FAILED ? pages{} : pages{data, size};
  }

  /// The same at an address that is a multiple of `size`, a power of two no smaller than a page.
  static auto map_aligned(std::size_t size) noexcept -> pages {
    // Neighbouring blocks come out aligned by themselves most of the time.
    if (auto exact = map(size); !exact || exact.misalignment() == 0) return exact;
    auto roomy = map(2 * size);
    if (!roomy) return {};
    auto const before = (size - roomy.misalignment()) % size;
    auto* const first = static_cast<std::byte*>(std::exchange(roomy.data_, nullptr));
    if (before != 0) ::munmap(first, before);
    ::munmap(first + before + size, size - before);
    return pages{first + before, size};
  }

  pages(pages&& other) noexcept
      : data_{std::exchange(other.data_, nullptr)}, size_{std::exchange(other.size_, 0)} {}
  auto operator=(pages&& other) noexcept -> pages& {
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    return *this;
  }
  ~pages() {
    if (data_ != nullptr) ::munmap(data_, size_);
  }

  explicit operator bool() const noexcept { return data_ != nullptr; }
  [[nodiscard]] auto data() const noexcept -> std::byte* { return static_cast<std::byte*>(data_); }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }

  /// Leaves the pages mapped and forgets them; whoever takes the address unmaps it.
  [[nodiscard]] auto detach() noexcept -> void* { return std::exchange(data_, nullptr); }
  /// Takes over what `detach` gave away.
  static auto adopt(void* data, std::size_t size) noexcept -> pages { return pages{data, size}; }

 private:
  pages(void* data, std::size_t size) noexcept : data_{data}, size_{size} {}

  [[nodiscard]] auto misalignment() const noexcept -> std::size_t {
    return reinterpret_cast<std::uintptr_t>(data_) % size_;
  }

  void* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace demo
