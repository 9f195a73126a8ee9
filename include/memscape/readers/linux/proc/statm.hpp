// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/process_memory.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// The fields of /proc/[pid]/statm that still mean something. Units: pages.
/// `text`, `lib` and `dt` are parsed and dropped: lib and dt are always 0 since Linux 2.6.
/// Source: proc(5); fs/proc/array.c, proc_pid_statm.
struct statm {
  std::uint64_t size = 0;      ///< total address space
  std::uint64_t resident = 0;  ///< pages in RAM
  std::uint64_t shared = 0;    ///< of those, backed by files or shared memory
  std::uint64_t data = 0;      ///< data and stack, virtual

  [[nodiscard]] friend constexpr auto operator==(statm const&, statm const&) noexcept
      -> bool = default;
};

/// Reads one decimal number off the front of `text`. Signs, spaces and numbers past 64 bits are not
/// numbers. Cost: one pass. std::from_chars is not constexpr before C++23.
[[nodiscard]] constexpr auto take_number(std::string_view& text) noexcept
    -> std::optional<std::uint64_t> {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') {
    auto const digit = static_cast<std::uint64_t>(text[digits] - '0');
    // Nineteen digits always fit.
    if (digits >= 19 && value > (UINT64_MAX - digit) / 10) return std::nullopt;
    value = value * 10 + digit;
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// Parses the text of statm: seven numbers with one space between them and a newline behind, as the
/// kernel writes it, or nothing. A text that was cut or grown is an error, never a smaller number.
/// Cost: under 30 ns, no allocation.
[[nodiscard]] constexpr auto parse_statm(std::string_view text) noexcept -> std::optional<statm> {
  std::uint64_t fields[7]{};
  std::size_t at = 0;
  for (int i = 0; i < 7; ++i) {
    auto const from = at;
    std::uint64_t value = 0;
    for (; at < text.size(); ++at) {
      auto const digit = static_cast<unsigned char>(text[at] - '0');
      if (digit > 9) break;
      value = value * 10 + digit;
    }
    // Nineteen digits always fit, and there is something else behind each.
    if (at - from > 19) {
      std::string_view number{text.data() + from, at - from};
      if (!take_number(number)) return std::nullopt;
    }
    char const separator = i < 6 ? ' ' : '\n';
    if (at == from || at == text.size() || text[at] != separator) return std::nullopt;
    fields[i] = value;
    ++at;
  }
  if (at != text.size()) return std::nullopt;
  return statm{.size = fields[0], .resident = fields[1], .shared = fields[2], .data = fields[5]};
}

/// Puts pages into bytes. `page_size` in bytes.
constexpr void fill(process_memory& into, statm const& pages, std::uint64_t page_size) noexcept {
  into.vms = bytes{page_size} * pages.size;
  into.rss = bytes{page_size} * pages.resident;
  into.shared = bytes{page_size} * pages.shared;
  into.data = bytes{page_size} * pages.data;
}

}  // namespace memscape::inline v0
