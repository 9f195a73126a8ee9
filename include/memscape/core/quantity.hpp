// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace memscape::inline v0 {

/// An unsigned 64-bit amount of one unit. Amounts of different units do not mix, and arithmetic
/// saturates: a sum that does not fit is the largest amount, a difference below zero is zero.
/// A total that stops at the end of its range is visibly wrong; one that wraps around looks right.
/// Errors: none. Cost: that of the integer operation and one comparison. Threads: a plain value.
template <class Unit>
class quantity {
 public:
  using rep = std::uint64_t;

  constexpr quantity() noexcept = default;
  constexpr explicit quantity(rep value) noexcept : value_{value} {}

  /// The largest amount: what a saturated sum reads.
  [[nodiscard]] static constexpr auto(max)() noexcept -> quantity {
    return quantity{(std::numeric_limits<rep>::max)()};
  }

  /// The amount as a plain integer, in the unit of the type.
  [[nodiscard]] constexpr auto value() const noexcept -> rep { return value_; }

  constexpr auto operator+=(quantity other) noexcept -> quantity& {
    value_ += other.value_;
    if (value_ < other.value_) value_ = (max)().value_;
    return *this;
  }
  constexpr auto operator-=(quantity other) noexcept -> quantity& {
    value_ = value_ > other.value_ ? value_ - other.value_ : 0;
    return *this;
  }
  constexpr auto operator*=(rep times) noexcept -> quantity& {
    // The builtin, because asking max / times first costs a division.
    if (__builtin_mul_overflow(value_, times, &value_)) value_ = (max)().value_;
    return *this;
  }

  [[nodiscard]] friend constexpr auto operator+(quantity a, quantity b) noexcept -> quantity {
    return a += b;
  }
  [[nodiscard]] friend constexpr auto operator-(quantity a, quantity b) noexcept -> quantity {
    return a -= b;
  }
  [[nodiscard]] friend constexpr auto operator*(quantity a, rep times) noexcept -> quantity {
    return a *= times;
  }
  [[nodiscard]] friend constexpr auto operator*(rep times, quantity a) noexcept -> quantity {
    return a *= times;
  }

  [[nodiscard]] friend constexpr auto operator==(quantity, quantity) noexcept -> bool = default;
  [[nodiscard]] friend constexpr auto operator<=>(quantity, quantity) noexcept = default;

 private:
  rep value_ = 0;
};

}  // namespace memscape::inline v0
