// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace demo::http {

/// ASCII alone, and without a locale: what HTTP compares is never text of a language.
[[nodiscard]] constexpr auto lower(char c) noexcept -> char {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Equal but for the case of ASCII letters.
[[nodiscard]] constexpr auto same_letters(std::string_view a, std::string_view b) noexcept -> bool {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == lower(y); });
}

}  // namespace demo::http
