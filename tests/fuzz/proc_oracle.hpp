// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

namespace fuzz {

/// The lines of a text, each ended by a newline, and whether nothing was left behind the last of them.
struct lines {
  std::vector<std::string> all;
  bool whole = true;
};

inline auto lines_of(std::string const& text) -> lines {
  lines found;
  std::size_t begin = 0;
  while (begin < text.size()) {
    auto const end = text.find('\n', begin);
    if (end == std::string::npos) {
      found.whole = false;
      break;
    }
    found.all.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return found;
}

/// The number that a text is, and nothing besides it.
inline auto number_of(std::string const& text) -> std::optional<std::uint64_t> {
  std::uint64_t number = 0;
  auto const* const end = text.data() + text.size();
  auto const [stopped, error] = std::from_chars(text.data(), end, number);
  if (text.empty() || error != std::errc{} || stopped != end) return std::nullopt;
  return number;
}

inline auto without_blanks(std::string const& text) -> std::string {
  auto const begin = text.find_first_not_of(" \t");
  return begin == std::string::npos ? "" : text.substr(begin);
}

/// The amount of a line `Key:   12 kB`, behind its colon.
inline auto kib_of(std::string const& text) -> std::optional<memscape::bytes> {
  if (text.size() < 3 || text.substr(text.size() - 3) != " kB") return std::nullopt;
  auto const number = number_of(without_blanks(text.substr(0, text.size() - 3)));
  if (!number) return std::nullopt;
  auto const most = UINT64_MAX / 1024;
  return memscape::bytes{*number > most ? UINT64_MAX : *number * 1024};
}

}  // namespace fuzz
