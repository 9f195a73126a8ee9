// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/exporters/common/digits.hpp>
#include <memscape/exporters/common/unchecked_writer.hpp>
#include <span>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// Writes characters into the caller's memory and never past its end; without memory it counts. What did
/// not fit is counted as well, so `size()` is what the text needs, and `text()` is the whole or nothing:
/// a cut frame is worse than none.
/// Cost: a comparison a piece; no allocation. Threads: one at a time.
class writer {
 public:
  /// The digits of the largest 64-bit number.
  static constexpr std::size_t max_digits = digits::room;

  /// Counts.
  constexpr writer() noexcept = default;
  /// Writes, and counts what does not fit.
  constexpr explicit writer(std::span<char> out) noexcept
      : begin_{out.data()}, next_{out.data()}, end_{out.data() + out.size()} {}

  constexpr void put(std::string_view text) noexcept {
    if (auto* const room = claim(text.size())) copy(text, room);
  }

  /// The same for a text whose size is a constant, which compiles to a few stores.
  template <std::size_t Size>
  constexpr void put(std::array<char, Size> const& text) noexcept {
    if (auto* const room = claim(Size)) copy({text.data(), Size}, room);
  }

  constexpr void put(char c) noexcept {
    if (auto* const room = claim(1)) *room = c;
  }

  /// An unsigned number in decimal, without padding.
  constexpr void number(std::uint64_t value) noexcept {
    if (!std::is_constant_evaluated() && digits::works_here &&
        static_cast<std::size_t>(end_ - next_) >= max_digits) {
      next_ = digits::put(next_, value);
      return;
    }
    // Backwards, which is fast enough for the last bytes of a buffer and for constants.
    char text[max_digits]{};
    std::size_t first = max_digits;
    do {
      text[--first] = static_cast<char>('0' + value % 10);
      value /= 10;
    } while (value != 0);
    put(std::string_view{text + first, max_digits - first});
  }

  constexpr void signed_number(std::int64_t value) noexcept {
    auto const magnitude = static_cast<std::uint64_t>(value);
    if (value >= 0) return number(magnitude);
    put('-');
    number(0 - magnitude);
  }

  /// Runs `work` on an unchecked writer, if the memory holds `size` more characters; whether it did.
  template <class Work>
  constexpr auto unchecked(std::size_t size, Work const& work) noexcept -> bool {
    if (std::is_constant_evaluated() || !digits::works_here || missing_ != 0 ||
        static_cast<std::size_t>(end_ - next_) < size) {
      return false;
    }
    unchecked_writer to{next_};
    work(to);
    next_ = to.next();
    return true;
  }

  /// The characters that the text needs so far, whether they fitted or not.
  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t {
    return static_cast<std::size_t>(next_ - begin_) + missing_;
  }
  /// Whether everything fitted.
  [[nodiscard]] constexpr auto complete() const noexcept -> bool { return missing_ == 0; }
  /// The whole text, or an empty one when it did not fit.
  [[nodiscard]] constexpr auto text() const noexcept -> std::string_view {
    return complete() ? std::string_view{begin_, size()} : std::string_view{};
  }

 private:
  // Where to write `size` characters; null when there is no room for all of them.
  [[nodiscard]] constexpr auto claim(std::size_t size) noexcept -> char* {
    if (static_cast<std::size_t>(end_ - next_) < size || missing_ != 0) {
      missing_ += size;
      return nullptr;
    }
    auto* const room = next_;
    next_ += size;
    return room;
  }

  static constexpr void copy(std::string_view text, char* room) noexcept {
    if (!std::is_constant_evaluated()) {
      text.copy(room, text.size());
      return;
    }
    // One step a character, of those that compilers bound: std::char_traits takes several.
    auto const* const from = text.data();
    auto const size = text.size();
    for (std::size_t i = 0; i < size; ++i) room[i] = from[i];
  }

  char* begin_ = nullptr;
  char* next_ = nullptr;
  char* end_ = nullptr;
  std::size_t missing_ = 0;
};

}  // namespace memscape::inline v0
