// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace memscape::inline v0 {

/// One character of so many bytes, again and again, of which any number up to `Columns` is one copy.
/// Threads: a constant.
template <std::size_t Columns, std::size_t Bytes>
class text_strip {
 public:
  consteval explicit text_strip(char const (&character)[Bytes + 1]) noexcept {
    for (std::size_t i = 0; i < text_.size(); ++i) text_[i] = character[i % Bytes];
  }
  [[nodiscard]] constexpr auto view(std::size_t columns) const noexcept -> std::string_view {
    return {text_.data(), columns * Bytes};
  }

 private:
  std::array<char, Columns * Bytes> text_{};
};

}  // namespace memscape::inline v0
