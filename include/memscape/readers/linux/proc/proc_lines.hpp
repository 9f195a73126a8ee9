// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Takes the next line off `text`, without its newline; absent where no newline is left, because a line
/// without one was cut. Cost: one memchr.
[[nodiscard]] constexpr auto take_line(std::string_view& text) noexcept
    -> std::optional<std::string_view> {
  auto const end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  auto const line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

/// Takes `prefix` off the front of `text`, where it stands there.
// Always inline, and by the builtin: against a literal that is a comparison of words, where starts_with
// calls memcmp.
[[nodiscard, gnu::always_inline]] constexpr auto take_prefix(std::string_view& text,
                                                             std::string_view prefix) noexcept
    -> bool {
  if (text.size() < prefix.size() ||
      __builtin_memcmp(text.data(), prefix.data(), prefix.size()) != 0) {
    return false;
  }
  text.remove_prefix(prefix.size());
  return true;
}

/// Whether `word` stands in `list`, whose words have commas between them.
[[nodiscard]] constexpr auto has_word(std::string_view list, std::string_view word) noexcept
    -> bool {
  while (!list.empty()) {
    auto const comma = list.find(',');
    if (list.substr(0, comma) == word) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

/// Takes a number and the blanks before it off the front of `text`.
[[nodiscard]] constexpr auto take_padded_number(std::string_view& text) noexcept
    -> std::optional<std::uint64_t> {
  std::size_t blanks = 0;
  while (blanks < text.size() && (text[blanks] == ' ' || text[blanks] == '\t')) ++blanks;
  text.remove_prefix(blanks);
  return take_number(text);
}

/// Takes the one number that is the whole of `text`, blanks before it aside.
[[nodiscard]] constexpr auto parse_number(std::string_view text) noexcept
    -> std::optional<std::uint64_t> {
  auto const number = take_padded_number(text);
  return text.empty() ? number : std::nullopt;
}

/// The amount of a line as proc(5) writes it: blanks, a number, ` kB`, by which it means 1024 bytes.
[[nodiscard]] constexpr auto parse_kib(std::string_view text) noexcept -> std::optional<bytes> {
  auto const number = take_padded_number(text);
  if (!number || !take_prefix(text, " kB") || !text.empty()) return std::nullopt;
  return bytes{1024} * *number;
}

/// Puts the amount of a line into a field that has none yet: a field that comes twice is no such text.
[[nodiscard]] constexpr auto put_kib(std::optional<bytes>& into, std::string_view text) noexcept
    -> bool {
  if (into) return false;
  into = parse_kib(text);
  return into.has_value();
}

}  // namespace memscape::inline v0
