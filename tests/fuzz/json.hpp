// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace fuzz {

/// Appends a code point as UTF-8.
inline void append_utf8(std::string& to, std::uint32_t code) {
  auto const tail = [&](unsigned shift) {
    to += static_cast<char>(0x80U | (code >> shift & 0x3FU));
  };
  if (code < 0x80) {
    to += static_cast<char>(code);
  } else if (code < 0x800) {
    to += static_cast<char>(0xC0U | code >> 6U);
    tail(0);
  } else if (code < 0x10000) {
    to += static_cast<char>(0xE0U | code >> 12U);
    tail(6), tail(0);
  } else {
    to += static_cast<char>(0xF0U | code >> 18U);
    tail(12), tail(6), tail(0);
  }
}

/// Any bytes as well-formed UTF-8: what is none becomes U+FFFD, a byte at a time. Decodes to code points
/// and encodes them anew: a sequence is well-formed when that gives the same bytes.
inline auto with_replacements(std::string_view text) -> std::string {
  std::string result;
  while (!text.empty()) {
    auto const lead = static_cast<unsigned char>(text[0]);
    std::size_t const size = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
    for (std::size_t i = 1; i < size && i < text.size(); ++i) {
      code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3FU);
    }
    std::string encoded;
    if (code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF)) append_utf8(encoded, code);
    bool const same = !encoded.empty() && text.substr(0, size) == encoded;
    result += same ? encoded : "\xEF\xBF\xBD";
    text.remove_prefix(same ? size : 1);
  }
  return result;
}

/// A slow and strict reader of the JSON that we write: RFC 8259, numbers that are integers, no
/// whitespace, no key twice. Shares nothing with the library.
class json_reader {
 public:
  explicit json_reader(std::string_view text) : rest_{text} {}

  /// Whether the whole text is one value. Its numbers and nulls are then in `values`, by path.
  [[nodiscard]] auto read_all() -> bool { return value("") && rest_.empty(); }

  /// Reads a string; nothing when it is none.
  [[nodiscard]] auto string() -> std::optional<std::string> {
    if (!take('"')) return std::nullopt;
    std::string result;
    while (!rest_.empty() && rest_[0] != '"') {
      auto const c = static_cast<unsigned char>(rest_[0]);
      rest_.remove_prefix(1);
      if (c < 0x20) return std::nullopt;
      if (c != '\\') {
        result += static_cast<char>(c);
      } else if (!escape(result)) {
        return std::nullopt;
      }
    }
    // Bytes that are no UTF-8 would change here.
    if (!take('"') || with_replacements(result) != result) return std::nullopt;
    return result;
  }

  [[nodiscard]] auto rest() const -> std::string_view { return rest_; }

  std::map<std::string, std::string> values;

 private:
  auto take(char c) -> bool {
    if (rest_.empty() || rest_[0] != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  auto escape(std::string& to) -> bool {
    if (rest_.empty()) return false;
    char const kind = rest_[0];
    rest_.remove_prefix(1);
    constexpr std::string_view names = "\"\\/bfnrt";
    constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (auto const at = names.find(kind); at != std::string_view::npos) {
      to += meanings[at];
      return true;
    }
    if (kind != 'u' || rest_.size() < 4) return false;
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i) {
      auto const digit = std::string_view{"0123456789abcdef"}.find(rest_[0]);
      if (digit == std::string_view::npos) return false;
      code = code * 16 + static_cast<std::uint32_t>(digit);
      rest_.remove_prefix(1);
    }
    if (code >= 0xD800 && code <= 0xDFFF) return false;  // no pairs are written
    append_utf8(to, code);
    return true;
  }

  auto value(std::string const& path) -> bool {
    if (rest_.starts_with("{")) return object(path);
    if (rest_.starts_with("[")) return array(path);
    if (rest_.starts_with("\"")) {
      auto const text = string();
      return text && values.emplace(path, *text).second;
    }
    if (rest_.starts_with("null")) {
      rest_.remove_prefix(4);
      return values.emplace(path, "null").second;
    }
    return number(path);
  }

  auto number(std::string const& path) -> bool {
    auto const end = rest_.find_first_not_of("0123456789", rest_.starts_with("-") ? 1 : 0);
    std::string const text{rest_.substr(0, end)};
    rest_.remove_prefix(text.size());
    auto const digits = text.starts_with("-") ? text.substr(1) : text;
    bool const padded = digits.size() > 1 && digits[0] == '0';
    return !digits.empty() && !padded && text != "-0" && values.emplace(path, text).second;
  }

  auto object(std::string const& path) -> bool {
    take('{');
    if (take('}')) return true;
    do {
      auto const key = string();
      if (!key || !take(':') || !value(path + "/" + *key)) return false;
    } while (take(','));
    return take('}');
  }

  auto array(std::string const& path) -> bool {
    take('[');
    if (take(']')) return true;
    int index = 0;
    do {
      if (!value(path + "/" + std::to_string(index++))) return false;
    } while (take(','));
    return take(']');
  }

  std::string_view rest_;
};

}  // namespace fuzz
