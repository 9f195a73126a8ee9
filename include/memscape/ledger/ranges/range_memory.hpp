// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>

namespace memscape::inline v0 {

/// Memory that an audit of many ranges needs for its own time: mapped, brought into RAM and given back a bit
/// at a time. Where the kernel names memory it is `memscape ranges`.
/// Errors: errno of the call that failed. Cost: that of a page fault a page. Threads: one at a time.
/// Source: mmap(2), madvise(2), PR_SET_VMA(2const).
class range_memory {
 public:
  range_memory() noexcept = default;
  range_memory(range_memory const&) = delete;
  auto operator=(range_memory const&) -> range_memory& = delete;
  ~range_memory() { release(); }

  /// Takes address space for so many words; 0, or the errno.
  [[nodiscard]] auto take(std::size_t words) noexcept -> int {
    release();
    auto const size = (words * sizeof(std::uint64_t) + at_once - 1) / at_once * at_once;
    void* const begin = ::mmap(nullptr, size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (begin == MAP_FAILED) return errno;
    ::madvise(begin, size, MADV_NOHUGEPAGE);
    constexpr int set_vma = 0x53564d41;
    (void)::prctl(set_vma, 0, begin, size, "memscape ranges");
    begin_ = static_cast<char*>(begin);
    size_ = size;
    return 0;
  }

  /// Brings a part of it into RAM. True when all is there, or where it failed, with the errno in `why`.
  [[nodiscard]] auto populate(int& why) noexcept -> bool {
    why = 0;
    if (populated_ == size_) return true;
    constexpr int populate_write = 23;  // Linux 5.14
    auto* const part = begin_ + populated_;
    if (::madvise(part, at_once, populate_write) != 0) {
      if (errno == ENOMEM || errno == EFAULT || errno == EHWPOISON) {
        why = errno;
        return true;
      }
      for (std::size_t i = 0; i < at_once; i += 4096) *static_cast<char volatile*>(part + i) = 0;
    }
    populated_ += at_once;
    return populated_ == size_;
  }

  /// Gives a part of it back; true when nothing is left.
  [[nodiscard]] auto give_back() noexcept -> bool {
    if (populated_ > at_once) {
      populated_ -= at_once;
      ::madvise(begin_ + populated_, at_once, MADV_DONTNEED);
      return false;
    }
    release();
    return true;
  }

  void release() noexcept {
    if (begin_ != nullptr) ::munmap(begin_, size_);
    begin_ = nullptr;
    size_ = populated_ = 0;
  }

  [[nodiscard]] auto words() const noexcept -> std::uint64_t* {
    return reinterpret_cast<std::uint64_t*>(begin_);
  }
  [[nodiscard]] auto capacity() const noexcept -> std::size_t {
    return size_ / sizeof(std::uint64_t);
  }

 private:
  static constexpr std::size_t at_once = 256U << 10U;

  char* begin_ = nullptr;
  std::size_t size_ = 0;
  std::size_t populated_ = 0;
};

}  // namespace memscape::inline v0
