// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/writer.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How many bytes of `text` form one well-formed UTF-8 sequence at its front; 0 when none do.
/// Source: The Unicode Standard, table 3-7.
[[nodiscard]] constexpr auto utf8_sequence(std::string_view text) noexcept -> std::size_t {
  auto const byte = [text](std::size_t i) {
    return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U;
  };
  auto const is_tail = [](unsigned b, unsigned low = 0x80, unsigned high = 0xBF) {
    return b >= low && b <= high;
  };
  auto const b0 = byte(0);
  if (b0 < 0x80) return text.empty() ? 0 : 1;
  if (b0 >= 0xC2 && b0 <= 0xDF) return is_tail(byte(1)) ? 2 : 0;
  if (b0 >= 0xE0 && b0 <= 0xEF) {
    // No overlong forms, no surrogates.
    bool const second = is_tail(byte(1), b0 == 0xE0 ? 0xA0 : 0x80, b0 == 0xED ? 0x9F : 0xBF);
    return second && is_tail(byte(2)) ? 3 : 0;
  }
  if (b0 >= 0xF0 && b0 <= 0xF4) {
    bool const second = is_tail(byte(1), b0 == 0xF0 ? 0x90 : 0x80, b0 == 0xF4 ? 0x8F : 0xBF);
    return second && is_tail(byte(2)) && is_tail(byte(3)) ? 4 : 0;
  }
  return 0;
}

/// How many characters at the front of `text` stand for themselves in JSON and in metrics: printable ASCII but quote
/// and backslash.
[[nodiscard]] constexpr auto plain_start(std::string_view text) noexcept -> std::size_t {
  auto const* const from = text.data();
  auto const size = text.size();
  std::size_t i = 0;
  while (i < size && from[i] >= 0x20 && from[i] < 0x7F && from[i] != '"' && from[i] != '\\') ++i;
  return i;
}

/// Writes any bytes as the inside of a JSON string. A byte that is no UTF-8 becomes U+FFFD: JSON has no
/// other bytes, and one bad label must not cost a frame.
/// Source: RFC 8259, section 7.
constexpr void put_json_characters(writer& out, std::string_view text) noexcept {
  while (true) {
    auto const plain = plain_start(text);
    out.put(text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    std::size_t const size = utf8_sequence(text);
    char const c = text.front();
    if (size == 0) {
      out.put("\\ufffd");
    } else if (c == '"' || c == '\\') {
      out.put('\\');
      out.put(c);
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out.put("\\u00");
      out.put("0123456789abcdef"[c >> 4]);
      out.put("0123456789abcdef"[c & 0xF]);
    } else {
      out.put(text.substr(0, size));
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
}

/// The same with its quotes: a JSON string.
constexpr void put_json_string(writer& out, std::string_view text) noexcept {
  out.put('"');
  put_json_characters(out, text);
  out.put('"');
}

}  // namespace memscape::inline v0
