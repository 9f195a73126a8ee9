// SPDX-License-Identifier: MIT
// What the demo makes of a request line, a Host header and where a request ends, against slow readers made of
// other parts. A file's name has to stay below its folder, a host has to be one that is allowed, and a request has
// to end at one place only, whatever the bytes.
#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

// A target is built of one file.
#include "../../examples/demo/http/framing.cpp"
#include "../../examples/demo/http/host_rule.cpp"
#include "../../examples/demo/http/target.cpp"

namespace {

auto split(std::string const& text, char at) -> std::vector<std::string> {
  std::vector<std::string> parts(1);
  for (char const c : text) {
    if (c == at) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

auto first_value(std::string const& query, std::string const& name) -> std::string {
  if (query.empty()) return "";
  auto pairs = split(query, '&');
  // Nothing stands behind a last '&'.
  if (pairs.back().empty()) pairs.pop_back();
  for (auto const& pair : pairs) {
    if (split(pair, '=').front() != name) continue;
    return pair.size() > name.size() ? pair.substr(name.size() + 1) : "";
  }
  return "";
}

auto decoded(std::string const& path) -> std::optional<std::string> {
  static std::regex const escape{"[0-9A-Fa-f]{2}"};
  std::string text;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] != '%') {
      text += path[i];
      continue;
    }
    auto const digits = path.substr(i + 1, 2);
    if (!std::regex_match(digits, escape)) return std::nullopt;
    text += static_cast<char>(std::stoi(digits, nullptr, 16));
    i += 2;
  }
  return text;
}

auto name_below(std::string const& path, std::size_t room) -> std::optional<std::string> {
  if (path.empty() || path.front() != '/') return std::nullopt;
  auto const name = decoded(path.substr(1));
  if (!name || name->size() > room) return std::nullopt;
  for (unsigned char const c : *name) {
    if (c < 0x20 || c == 0x7F || c == '\\') return std::nullopt;
  }
  if (name->empty()) return name;
  auto const parts = split(*name, '/');
  bool const plain = std::none_of(parts.begin(), parts.end(), [](std::string const& part) {
    return part.empty() || part.front() == '.';
  });
  return plain ? name : std::nullopt;
}

void check_target(std::string const& text) {
  auto const parts = demo::http::split_target({text.data(), text.size()});
  static std::regex const form{R"((http://([^/?]+)(?=[/?]|$))?(/[^?]*)?(\?([^]*))?)"};
  std::smatch match;
  bool const good = std::regex_match(text, match, form) && (match[1].matched || match[3].matched) &&
                    text.find('#') == std::string::npos;
  fuzz::require(parts.has_value() == good, "a target is a path or a URL");
  if (!parts) return;
  fuzz::require(parts->authority == match[2].str(), "authority");
  fuzz::require(parts->path == (match[3].matched ? match[3].str() : "/"), "path");
  fuzz::require(parts->query == match[5].str(), "query");
  std::string const query{parts->query};
  for (auto const* const name : {"", "full", "columns", "last_event_id"}) {
    fuzz::require(demo::http::parameter(query, name) == first_value(query, name), "parameter");
  }
}

void check_file(std::string const& path, std::size_t room) {
  std::vector<char> out(room);
  auto const name = demo::http::file_below({path.data(), path.size()}, out);
  auto const expected = name_below(path, room);
  fuzz::require(name.has_value() == expected.has_value(), "which names are refused");
  if (!name) return;
  fuzz::require(*name == *expected, "a name is what its escapes say");
  std::filesystem::path const below{*name};
  fuzz::require(below.is_relative() && below == below.lexically_normal(), "it stays below");
}

void check_framing(std::string const& text) {
  auto const found = demo::http::read_framing({text.data(), text.size()});
  static std::regex const form{
      "[^\\x00-\\x1f\\x7f]*\\r\\n([-!#$%&'*+.^_`|~0-9A-Za-z]+:[^\\x00-\\x08\\x0a-\\x1f\\x7f]*"
      "\\r\\n)*\\r\\n"};
  static std::regex const ending{"\r\n(content-length|transfer-encoding):[ \t]*([^\r]*)",
                                 std::regex::icase};
  static std::regex const length{"[0-9]+[ \t]*"};
  static std::regex const chunked{"chunked[ \t]*", std::regex::icase};
  bool good = text.find('\0') == std::string::npos && std::regex_match(text, form);
  bool has_body = false;
  std::vector<std::smatch> const ends{std::sregex_iterator{text.begin(), text.end(), ending}, {}};
  good = good && ends.size() < 2;
  if (good && ends.size() == 1) {
    auto const& value = ends.front()[2].str();
    bool const is_length = ends.front()[1].length() == 14;
    good = std::regex_match(value, is_length ? length : chunked);
    if (!is_length) good = good && text.substr(0, text.find('\r')).ends_with("HTTP/1.1");
    has_body = !is_length || value.find_first_of("123456789") != std::string::npos;
  }
  fuzz::require(found.has_value() == good, "which heads are refused");
  fuzz::require(!found || found->has_body == has_body, "a body");
  // Input that is refused before it is whole could not have become a head.
  fuzz::require(!found || !demo::http::is_spoiled(text), "spoiled");
}

void check_host(std::string const& host) {
  demo::http::host_rule rule{8080};
  rule.allow("localhost");
  rule.allow("[::1]");
  static std::regex const ours{R"((localhost|\[::1\])(:0*8080)?)", std::regex::icase};
  fuzz::require(rule.allows(host) == std::regex_match(host, ours), "a host of ours");
  rule.allow_addresses();
  if (!rule.allows(host) || std::regex_match(host, ours)) return;
  static std::regex const address{R"(([0-9.]+|\[[0-9a-f:.]+\])(:0*8080)?)", std::regex::icase};
  fuzz::require(std::regex_match(host, address), "an address");
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  auto const kind = input.byte();
  auto const room = input.byte();
  // Regular expressions of the library recurse.
  std::string const text{input.rest().substr(0, 300)};
  switch (kind % 4) {
    case 0: check_target(text); break;
    case 1: check_file(text, room); break;
    case 2: check_host(text); break;
    default: check_framing(text); break;
  }
  return 0;
}
