// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/field.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// A number as people read it: a few characters of ASCII that need no memory but their own.
/// Threads: a plain value.
class text_amount {
 public:
  /// The most characters: 18,446,744,073,709,551,615.
  static constexpr std::size_t capacity = 26;

  /// What stands where nothing was measured.
  static constexpr std::string_view absent = "-";

  /// Bytes in binary units: three significant digits, or four where 1000 to 1023 of a unit need them;
  /// 1.50 KiB, 29.2 MiB, 1013 GiB. At most 8 characters, rounded to nearest.
  [[nodiscard]] static constexpr auto of(bytes amount) noexcept -> text_amount {
    auto const value = amount.value();
    text_amount text;
    if (value < 1024) {
      text.put_number(value);
      text.put(" B");
      return text;
    }
    auto unit = static_cast<unsigned>(std::bit_width(value) - 1) / 10;
    // 1023.6 KiB would be rounded to 1024 KiB.
    if (rounded(value, unit, 1) > 1023) ++unit;
    if (auto const hundredths = rounded(value, unit, 100); hundredths < 1000) {
      text.put_fraction(hundredths, 100);
    } else if (auto const tenths = rounded(value, unit, 10); tenths < 1000) {
      text.put_fraction(tenths, 10);
    } else {
      text.put_number(rounded(value, unit, 1));
    }
    text.put(' ');
    text.put("KMGTPE"[unit - 1]);
    text.put("iB");
    return text;
  }

  /// Events and objects: 1,234,567.
  [[nodiscard]] static constexpr auto of(count amount) noexcept -> text_amount {
    text_amount text;
    std::array<char, capacity> backwards{};
    std::size_t size = 0;
    auto value = amount.value();
    for (unsigned digits = 1;; ++digits) {
      backwards[size++] = static_cast<char>('0' + value % 10);
      value /= 10;
      if (value == 0) break;
      if (digits % 3 == 0) backwards[size++] = ',';
    }
    while (size > 0) text.put(backwards[--size]);
    return text;
  }

  /// Absent is a dash, never a zero.
  template <class Unit>
  [[nodiscard]] static constexpr auto of(std::optional<quantity<Unit>> const& amount) noexcept
      -> text_amount {
    return amount ? of(*amount) : none();
  }
  /// A field of a struct, which is in bytes or a number of events.
  template <class Struct>
  [[nodiscard]] static constexpr auto of(field<Struct> const& field, Struct const& in) noexcept
      -> text_amount {
    auto const value = field.get(in);
    if (!value) return none();
    return field.unit == field_unit::memory ? of(bytes{*value}) : of(count{*value});
  }
  [[nodiscard]] static constexpr auto none() noexcept -> text_amount {
    text_amount text;
    text.put(absent);
    return text;
  }

  /// Tenths of a percent: 406 is 40.6%.
  [[nodiscard]] static constexpr auto percent(unsigned tenths) noexcept -> text_amount {
    text_amount text;
    text.put_fraction(tenths, 10);
    text.put('%');
    return text;
  }

  [[nodiscard]] constexpr auto view() const noexcept -> std::string_view {
    return {chars_.data(), size_};
  }

 private:
  // value / 1024^unit × times, to the nearest whole number.
  [[nodiscard]] static constexpr auto rounded(std::uint64_t value, unsigned unit,
                                              std::uint64_t times) noexcept -> std::uint64_t {
    unsigned shift = 10 * unit;
    // Below EiB nothing is lost, and there it is a part in 10^14.
    if (shift > 50) {
      value >>= 10U;
      shift -= 10;
    }
    auto const whole = value >> shift;
    auto const rest = value - (whole << shift);
    return whole * times + ((rest * times + (std::uint64_t{1} << (shift - 1))) >> shift);
  }

  constexpr void put(char c) noexcept { chars_[size_++] = c; }
  constexpr void put(std::string_view text) noexcept {
    for (char const c : text) put(c);
  }
  // Below 10,000.
  constexpr void put_number(std::uint64_t value) noexcept {
    for (std::uint64_t power = 1000; power > 1; power /= 10) {
      if (value >= power) put(static_cast<char>('0' + value / power % 10));
    }
    put(static_cast<char>('0' + value % 10));
  }
  constexpr void put_fraction(std::uint64_t value, std::uint64_t parts) noexcept {
    put_number(value / parts);
    put('.');
    if (parts == 100) put(static_cast<char>('0' + value / 10 % 10));
    put(static_cast<char>('0' + value % 10));
  }

  std::array<char, capacity> chars_{};
  std::uint8_t size_ = 0;
};

}  // namespace memscape::inline v0
