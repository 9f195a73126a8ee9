// SPDX-License-Identifier: MIT
#include "target.hpp"

#include <algorithm>
#include <cstddef>

namespace demo::http {

namespace {

auto hex_digit(char c) noexcept -> int {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

auto is_unsafe(char c) noexcept -> bool {
  auto const code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7f || c == '\\';
}

// Each component, once decoded: an escaped slash or dot is judged as what it means.
auto is_plain(std::string_view relative) noexcept -> bool {
  while (true) {
    auto const slash = relative.find('/');
    auto const name = relative.substr(0, slash);
    if (name.empty() || name.front() == '.') return false;
    if (slash == std::string_view::npos) return true;
    relative.remove_prefix(slash + 1);
  }
}

}  // namespace

auto split_target(std::string_view text) noexcept -> std::optional<target> {
  // A fragment never leaves the browser.
  if (text.find('#') != std::string_view::npos) return std::nullopt;
  target parts;
  constexpr std::string_view scheme = "http://";
  if (text.starts_with(scheme)) {
    text.remove_prefix(scheme.size());
    parts.authority = text.substr(0, text.find_first_of("/?"));
    if (parts.authority.empty()) return std::nullopt;
    text.remove_prefix(parts.authority.size());
    if (text.empty() || text.front() == '?') {
      parts.path = "/";
      if (!text.empty()) parts.query = text.substr(1);
      return parts;
    }
  }
  if (!text.starts_with('/')) return std::nullopt;
  auto const mark = text.find('?');
  parts.path = text.substr(0, mark);
  if (mark != std::string_view::npos) parts.query = text.substr(mark + 1);
  return parts;
}

auto parameter(std::string_view query, std::string_view name) noexcept -> std::string_view {
  while (!query.empty()) {
    auto const end = std::min(query.find('&'), query.size());
    auto const pair = query.substr(0, end);
    auto const equals = std::min(pair.find('='), pair.size());
    if (pair.substr(0, equals) == name) return pair.substr(std::min(equals + 1, pair.size()));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

auto file_below(std::string_view path, std::span<char> out) noexcept
    -> std::optional<std::string_view> {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  std::size_t size = 0;
  for (std::size_t i = 0; i < path.size(); ++i) {
    char c = path[i];
    if (c == '%') {
      if (path.size() - i < 3) return std::nullopt;
      int const high = hex_digit(path[i + 1]);
      int const low = hex_digit(path[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (is_unsafe(c) || size == out.size()) return std::nullopt;
    out[size++] = c;
  }
  std::string_view const relative{out.data(), size};
  if (relative.empty() || is_plain(relative)) return relative;
  return std::nullopt;
}

}  // namespace demo::http
