// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace memscape::inline v0 {

/// Texts joined into one constant, so that writing them is one copy of a known size. `Parts` has a
/// static constexpr function `parts()` that returns an array of std::string_view.
template <class Parts>
inline constexpr auto joined = [] {
  constexpr std::size_t size = [] {
    std::size_t sum = 0;
    for (std::string_view const part : Parts::parts()) sum += part.size();
    return sum;
  }();
  std::array<char, size> text{};
  std::size_t next = 0;
  for (std::string_view const part : Parts::parts()) {
    for (char const c : part) text[next++] = c;
  }
  return text;
}();

}  // namespace memscape::inline v0
