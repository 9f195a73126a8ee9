// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace memscape::inline v0 {

/// A string literal as a template argument: the names of nodes. Holds any bytes, NUL included.
/// Cost: none at run time. Threads: a constant.
template <std::size_t Size>
struct fixed_string {
  // Public because a structural type needs it; use `view()`.
  char chars[Size + 1]{};

  // NOLINTNEXTLINE(google-explicit-constructor): leaf<"key"> needs the conversion.
  consteval fixed_string(char const (&literal)[Size + 1]) noexcept {
    for (std::size_t i = 0; i < Size; ++i) chars[i] = literal[i];
  }

  [[nodiscard]] static constexpr auto size() noexcept -> std::size_t { return Size; }
  [[nodiscard]] constexpr auto view() const noexcept -> std::string_view { return {chars, Size}; }
};

template <std::size_t SizeWithNul>
fixed_string(char const (&)[SizeWithNul]) -> fixed_string<SizeWithNul - 1>;

}  // namespace memscape::inline v0
