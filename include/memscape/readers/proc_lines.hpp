// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/readers/statm.hpp>
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
[[nodiscard]] constexpr auto take_prefix(std::string_view& text, std::string_view prefix) noexcept
    -> bool {
  if (!text.starts_with(prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

/// Takes the one number that is the whole of `text`, blanks before it aside.
[[nodiscard]] constexpr auto parse_number(std::string_view text) noexcept
    -> std::optional<std::uint64_t> {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  auto const number = take_number(text);
  return text.empty() ? number : std::nullopt;
}

/// The amount of a line as proc(5) writes it: blanks, a number, ` kB`, by which it means 1024 bytes.
[[nodiscard]] constexpr auto parse_kib(std::string_view text) noexcept -> std::optional<bytes> {
  if (!text.ends_with(" kB")) return std::nullopt;
  text.remove_suffix(3);
  auto const number = parse_number(text);
  if (!number) return std::nullopt;
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
