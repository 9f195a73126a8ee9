// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memscape/exporters/common/digits.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Writes characters where the caller knows that they fit: what `writer` does, without its checks, and so
/// with all of its state in one register.
/// Cost: stores. Threads: one at a time.
class unchecked_writer {
 public:
  /// `digits::room` characters behind each number must be the caller's.
  constexpr explicit unchecked_writer(char* next) noexcept : next_{next} {}

  void put(std::string_view text) noexcept {
    std::memcpy(next_, text.data(), text.size());
    next_ += text.size();
  }
  template <std::size_t Size>
  void put(std::array<char, Size> const& text) noexcept {
    put(std::string_view{text.data(), Size});
  }
  void put(char c) noexcept { *next_++ = c; }
  void number(std::uint64_t value) noexcept { next_ = digits::put(next_, value); }
  void signed_number(std::int64_t value) noexcept {
    auto const magnitude = static_cast<std::uint64_t>(value);
    if (value < 0) put('-');
    number(value < 0 ? 0 - magnitude : magnitude);
  }

  /// Where the text ends.
  [[nodiscard]] auto next() const noexcept -> char* { return next_; }

 private:
  char* next_;
};

}  // namespace memscape::inline v0
