// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <wchar.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <memscape/exporters/json_text.hpp>

namespace watch {

namespace {

// A character of a text, and how wide it is shown; -1 for what may not be shown.
struct character {
  std::string_view bytes;
  int width = -1;
};

auto next_character(std::string_view text, charset set) -> character {
  std::size_t const size = memscape::utf8_sequence(text);
  if (size == 0) return {text.substr(0, 1), -1};
  auto const lead = static_cast<unsigned char>(text[0]);
  if (size == 1) return {text.substr(0, 1), lead < 0x20 || lead == 0x7F ? -1 : 1};
  std::uint32_t code = lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  // What takes no room turns the direction, joins, or piles up on its neighbour: wcwidth calls all of
  // it 0 wide, and controls -1.
  return {text.substr(0, size), set.utf8 ? ::wcwidth(static_cast<wchar_t>(code)) : -1};
}

auto three_digits(double value) -> std::string {
  std::array<char, 32> text{};
  int const decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

}  // namespace

auto printable(std::string_view text, std::size_t columns, charset set) -> std::string {
  std::string shown;
  std::size_t used = 0;
  std::size_t fits = 0;  // of `shown`, with room for an ellipsis behind it
  while (!text.empty()) {
    auto const [bytes, width] = next_character(text, set);
    text.remove_prefix(bytes.size());
    if (width == 0) continue;
    auto const wide = width < 0 ? 1U : static_cast<unsigned>(width);
    if (used + wide > columns) {
      shown.resize(fits);
      return columns == 0 ? std::string{} : shown += set.utf8 ? "…" : "~";
    }
    if (width < 0) {
      shown += '?';
    } else {
      shown += bytes;
    }
    used += wide;
    if (used < columns) fits = shown.size();
  }
  return shown;
}

auto columns_of(std::string_view text, charset set) -> std::size_t {
  std::size_t columns = 0;
  while (!text.empty()) {
    auto const [bytes, width] = next_character(text, set);
    columns += width < 0 ? 1U : static_cast<unsigned>(width);
    text.remove_prefix(bytes.size());
  }
  return columns;
}

auto left(std::string text, std::size_t columns, charset set) -> std::string {
  auto const used = columns_of(text, set);
  return text.append(used < columns ? columns - used : 0, ' ');
}

auto right(std::string text, std::size_t columns, charset set) -> std::string {
  auto const used = columns_of(text, set);
  return text.insert(0, used < columns ? columns - used : 0, ' ');
}

auto bytes_text(std::optional<std::uint64_t> amount) -> std::string {
  if (!amount) return "-";
  constexpr std::array units{"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (*amount < 1024) return std::to_string(*amount) + " B";
  auto scaled = static_cast<double>(*amount);
  std::size_t unit = 0;
  // Not 1024: 1023.6 KiB would be rounded to 1024 KiB.
  for (; scaled >= 1023.5 && unit + 1 < units.size(); ++unit) scaled /= 1024;
  return three_digits(scaled) + " " + units[unit];
}

auto count_text(std::optional<std::uint64_t> amount) -> std::string {
  if (!amount) return "-";
  auto digits = std::to_string(*amount);
  for (auto i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

auto nanoseconds_text(std::uint64_t ns, charset set) -> std::string {
  auto const value = static_cast<double>(ns);
  if (ns < 1000) return std::to_string(ns) + " ns";
  if (ns < 999'500) return three_digits(value / 1e3) + (set.utf8 ? " µs" : " us");
  if (ns < 999'500'000) return three_digits(value / 1e6) + " ms";
  return three_digits(value / 1e9) + " s";
}

auto percent_text(std::uint64_t part, std::optional<std::uint64_t> whole) -> std::string {
  if (!whole || *whole == 0) return "-";
  auto const percent = static_cast<double>(part) / static_cast<double>(*whole) * 100;
  if (percent >= 1e4) return ">9999%";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), percent < 999.95 ? "%.1f%%" : "%.0f%%", percent);
  return text.data();
}

auto bar(std::uint64_t part, std::uint64_t whole, std::size_t columns, charset set) -> std::string {
  auto const share =
      whole == 0 ? 0.0 : std::min(1.0, static_cast<double>(part) / static_cast<double>(whole));
  // In UTF-8, a column is shown in eighths.
  std::size_t const steps = set.utf8 ? 8 : 1;
  auto filled = static_cast<std::size_t>(
      std::lround(share * static_cast<double>(columns) * static_cast<double>(steps)));
  if (share > 0 && filled == 0) filled = std::min(columns, std::size_t{1});
  std::string text;
  for (std::size_t i = 0; i < columns; ++i) {
    auto const here = std::min(steps, filled - std::min(filled, i * steps));
    if (!set.utf8) {
      text += here == 0 ? '.' : '#';
    } else {
      constexpr std::array eighths{"░", "▏", "▎", "▍", "▌", "▋", "▊", "▉", "█"};
      text += eighths[here];
    }
  }
  return text;
}

}  // namespace watch
