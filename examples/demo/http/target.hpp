// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace demo::http {

/// A request target, taken apart but not decoded.
struct target {
  std::string_view authority;  // of an absolute target; empty otherwise
  std::string_view path;       // begins with '/'
  std::string_view query;      // without the '?'
};

/// "/path?query" or "http://host/path?query"; nothing else is a target that this server has.
[[nodiscard]] auto split_target(std::string_view text) noexcept -> std::optional<target>;

/// The value of a query's first parameter of that name, not decoded; empty when there is none.
[[nodiscard]] auto parameter(std::string_view query, std::string_view name) noexcept
    -> std::string_view;

/// A path as a file name below a folder, with percent escapes decoded into `out`: "/a/b.js" gives
/// "a/b.js", "/" gives "". Refused, as nullopt: "..", "." and empty components, names with a leading
/// dot, control characters, backslashes, NUL, broken escapes, and what is longer than `out`.
[[nodiscard]] auto file_below(std::string_view path, std::span<char> out) noexcept
    -> std::optional<std::string_view>;

}  // namespace demo::http
