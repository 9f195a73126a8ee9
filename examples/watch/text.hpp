// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace watch {

/// What a terminal can show.
struct charset {
  bool utf8 = false;
};

/// A text of a stranger for a terminal, at most `columns` wide: controls, and whatever would move the
/// cursor or turn the direction of writing, become `?` or vanish.
[[nodiscard]] auto printable(std::string_view text, std::size_t columns, charset set)
    -> std::string;

/// The columns that a text takes which `printable` gave, or this program wrote.
[[nodiscard]] auto columns_of(std::string_view text, charset set) -> std::size_t;

/// A text in so many columns, filled up with blanks behind or before it.
[[nodiscard]] auto left(std::string text, std::size_t columns, charset set) -> std::string;
[[nodiscard]] auto right(std::string text, std::size_t columns, charset set) -> std::string;

/// 1.50 MiB: three digits, or four where 1000 to 1023 of a unit need them. `-` when absent.
[[nodiscard]] auto bytes_text(std::optional<std::uint64_t> amount) -> std::string;
/// 1,234,567. `-` when absent.
[[nodiscard]] auto count_text(std::optional<std::uint64_t> amount) -> std::string;
/// 2.10 us
[[nodiscard]] auto nanoseconds_text(std::uint64_t ns, charset set) -> std::string;
/// 12.3%. `-` when there is no whole.
[[nodiscard]] auto percent_text(std::uint64_t part, std::optional<std::uint64_t> whole)
    -> std::string;

/// A bar of so many columns. A part that is not 0 shows, however small it is.
[[nodiscard]] auto bar(std::uint64_t part, std::uint64_t whole, std::size_t columns, charset set)
    -> std::string;

}  // namespace watch
