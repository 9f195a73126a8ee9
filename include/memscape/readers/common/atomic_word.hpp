// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace memscape::inline v0 {

/// An atomic 64-bit word of the readers. In place of std::atomic because `<atomic>` alone costs 0.2 s
/// of compile time with g++ 12 and every user of the library includes the reader.
/// Threads: any. Source: https://gcc.gnu.org/onlinedocs/gcc/_005f_005fatomic-Builtins.html
class atomic_word {
 public:
  constexpr atomic_word() noexcept = default;
  constexpr explicit atomic_word(std::uint64_t value) noexcept : value_{value} {}

  [[nodiscard]] auto load() const noexcept -> std::uint64_t {
    return __atomic_load_n(&value_, __ATOMIC_ACQUIRE);
  }
  void store(std::uint64_t value) noexcept { __atomic_store_n(&value_, value, __ATOMIC_RELEASE); }
  auto exchange(std::uint64_t value) noexcept -> std::uint64_t {
    return __atomic_exchange_n(&value_, value, __ATOMIC_ACQ_REL);
  }
  auto fetch_add(std::uint64_t value) noexcept -> std::uint64_t {
    return __atomic_fetch_add(&value_, value, __ATOMIC_RELAXED);
  }
  /// Puts `desired` in place of `expected`; false, and no change, where another value stands.
  auto replace(std::uint64_t expected, std::uint64_t desired) noexcept -> bool {
    return __atomic_compare_exchange_n(&value_, &expected, desired, false, __ATOMIC_ACQ_REL,
                                       __ATOMIC_ACQUIRE);
  }

 private:
  std::uint64_t value_ = 0;
};

}  // namespace memscape::inline v0
