// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memscape/exporters/text/strip.hpp>

namespace memscape::inline v0 {

/// A part of a whole as a bar of so many columns. In Unicode, a column is shown in eighths.
/// Cost: a division and three copies. Threads: constants.
class text_bar {
 public:
  /// No bar is longer: beyond that one sees no more.
  static constexpr std::size_t most_columns = 60;

  /// How many steps of the bar are filled. A part that is not 0 shows, however small it is.
  [[nodiscard]] static constexpr auto filled(std::uint64_t part, std::uint64_t whole,
                                             std::size_t steps) noexcept -> std::size_t {
    if (part == 0 || whole == 0 || steps == 0) return 0;
    if (part >= whole) return steps;
    // So that the product below fits; what that loses is below a step.
    auto const needed = std::bit_width(whole) + std::bit_width(steps) + 1;
    auto const shift = static_cast<unsigned>((std::max)(0, static_cast<int>(needed) - 64));
    whole >>= shift;
    auto const share = ((part >> shift) * steps * 2 + whole) / (whole * 2);
    return std::max<std::size_t>(1, static_cast<std::size_t>(share));
  }

  template <class Writer>
  static constexpr void put(Writer& to, std::uint64_t part, std::uint64_t whole,
                            std::size_t columns, bool unicode) noexcept {
    columns = (std::min)(columns, most_columns);
    if (!unicode) {
      auto const full = filled(part, whole, columns);
      to.put(ascii_full.view(full));
      to.put(ascii_empty.view(columns - full));
      return;
    }
    auto const eighths = filled(part, whole, columns * 8);
    auto const full = eighths / 8;
    to.put(block_full.view(full));
    if (full == columns) return;
    // U+258F is one eighth, U+258E two, and so on.
    if (auto const rest = eighths % 8; rest > 0) {
      to.put("\xE2\x96");
      to.put(static_cast<char>(0x90 - rest));
    } else {
      to.put(block_empty.view(1));
    }
    to.put(block_empty.view(columns - full - 1));
  }

 private:
  static constexpr text_strip<most_columns, 1> ascii_full{"#"};
  static constexpr text_strip<most_columns, 1> ascii_empty{"."};
  static constexpr text_strip<most_columns, 3> block_full{"\xE2\x96\x88"};
  static constexpr text_strip<most_columns, 3> block_empty{"\xE2\x96\x91"};
};

}  // namespace memscape::inline v0
