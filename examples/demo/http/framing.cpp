// SPDX-License-Identifier: MIT
#include "framing.hpp"

#include <algorithm>

#include "letters.hpp"

namespace demo::http {

namespace {

constexpr std::string_view line_end = "\r\n";

auto is_digit(char c) noexcept -> bool { return c >= '0' && c <= '9'; }

auto is_token(char c) noexcept -> bool {
  char const small = lower(c);
  return is_digit(c) || (small >= 'a' && small <= 'z') ||
         std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos;
}

auto is_control(char c) noexcept -> bool {
  auto const code = static_cast<unsigned char>(c);
  return (code < 0x20 && c != '\t') || code == 0x7f;
}

auto trimmed(std::string_view text) noexcept -> std::string_view {
  constexpr std::string_view blanks = " \t";
  auto const begin = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Takes the first line off `rest`, without its end. What is behind the last one is lost.
auto take_line(std::string_view& rest) noexcept -> std::string_view {
  auto const end = std::min(rest.find(line_end), rest.size());
  auto const line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + line_end.size(), rest.size()));
  return line;
}

}  // namespace

auto is_spoiled(std::string_view input, std::size_t from) noexcept -> bool {
  for (std::size_t i = from; i < input.size(); ++i) {
    bool const is_last = i + 1 == input.size();
    if (input[i] == '\0') return true;
    if (input[i] == '\r' && !is_last && input[i + 1] != '\n') return true;
    if (input[i] == '\n' && (i == 0 || input[i - 1] != '\r')) return true;
  }
  return false;
}

auto read_framing(std::string_view head) noexcept -> std::optional<framing> {
  if (!head.ends_with("\r\n\r\n")) return std::nullopt;
  head.remove_suffix(line_end.size());
  auto const request_line = take_line(head);
  if (std::any_of(request_line.begin(), request_line.end(), is_control)) return std::nullopt;
  if (request_line.find('\t') != std::string_view::npos) return std::nullopt;

  unsigned lengths = 0;
  unsigned codings = 0;
  framing found;
  while (!head.empty()) {
    auto const line = take_line(head);
    auto const name = line.substr(0, line.find(':'));
    if (name.empty() || name.size() == line.size()) return std::nullopt;
    if (!std::all_of(name.begin(), name.end(), is_token)) return std::nullopt;
    auto const value = trimmed(line.substr(name.size() + 1));
    if (std::any_of(value.begin(), value.end(), is_control)) return std::nullopt;

    if (same_letters(name, "content-length")) {
      ++lengths;
      if (value.empty() || !std::all_of(value.begin(), value.end(), is_digit)) return std::nullopt;
      found.has_body = value.find_first_not_of('0') != std::string_view::npos;
    } else if (same_letters(name, "transfer-encoding")) {
      ++codings;
      if (!same_letters(value, "chunked")) return std::nullopt;
      found.has_body = true;
    }
  }
  if (lengths + codings > 1) return std::nullopt;
  // Who speaks HTTP/1.0 knows no chunks, and would read the body as something else.
  if (codings > 0 && !request_line.ends_with("HTTP/1.1")) return std::nullopt;
  return found;
}

}  // namespace demo::http
