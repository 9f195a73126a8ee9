// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <memscape/core/fixed_string.hpp>

namespace test_support {

[[nodiscard]] constexpr auto digit(std::size_t number, std::size_t power) noexcept -> char {
  return static_cast<char>('0' + number / power % 10);
}

template <std::size_t Index>
struct numbered {
  static constexpr char key[]{'n', digit(Index, 100), digit(Index, 10), digit(Index, 1), '\0'};
  static constexpr char label[]{'N', digit(Index, 100), digit(Index, 10), digit(Index, 1), '\0'};
};

/// The key of node number `Index` of a generated tree: n000, n001 and so on.
template <std::size_t Index>
inline constexpr memscape::fixed_string key{numbered<Index>::key};

/// Its label: N000 and so on.
template <std::size_t Index>
inline constexpr memscape::fixed_string label{numbered<Index>::label};

}  // namespace test_support
