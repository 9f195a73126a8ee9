// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// Names one run of one program on the wire, as 16 hexadecimal digits: a viewer that reconnects learns
/// from it that the process restarted and that its sequence numbers began anew.
/// Pick one at random when the program starts. Threads: a plain value.
class stream_id {
 public:
  static constexpr std::size_t digits = 16;

  constexpr stream_id() noexcept = default;
  constexpr explicit stream_id(std::uint64_t value) noexcept : value_{value} {}

  [[nodiscard]] constexpr auto value() const noexcept -> std::uint64_t { return value_; }

  /// The wire form, lower case, leading zeros kept.
  [[nodiscard]] constexpr auto text() const noexcept -> std::array<char, digits> {
    std::array<char, digits> hex{};
    for (std::size_t i = 0; i < digits; ++i) {
      hex[i] = "0123456789abcdef"[value_ >> (4 * (digits - 1 - i)) & 0xFU];
    }
    return hex;
  }

  [[nodiscard]] friend constexpr auto operator==(stream_id, stream_id) noexcept -> bool = default;

 private:
  std::uint64_t value_ = 0;
};

}  // namespace memscape::inline v0
