// SPDX-License-Identifier: MIT
// Any Accept header against a slow reader of RFC 9110 that is made of other parts.
#include <memscape/exporters/metrics/accept.hpp>
#include <regex>
#include <string>
#include <vector>

#include "fuzz.hpp"

namespace {

using memscape::metric_format;

auto split(std::string const& text, char at) -> std::vector<std::string> {
  std::vector<std::string> parts(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == at && !quoted) {
      parts.emplace_back();
      continue;
    }
    parts.back() += text[i];
    if (text[i] == '"') quoted = !quoted;
    if (text[i] == '\\' && quoted && i + 1 < text.size()) parts.back() += text[++i];
  }
  return parts;
}

auto trim(std::string text) -> std::string {
  text.erase(0, text.find_first_not_of(" \t"));
  text.erase(text.find_last_not_of(" \t") + 1);
  return text;
}

auto lower(std::string text) -> std::string {
  for (auto& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return text;
}

struct wish {
  int closeness = 0;
  double quality = 0;
  std::size_t place = 0;
};

auto wish_for(std::string const& accept, std::string const& type, std::string const& subtype,
              std::string const& version) -> wish {
  static std::regex const weight{R"(0(\.[0-9]{0,3})?|1(\.0{0,3})?)"};
  wish best;
  auto const ranges = split(accept, ',');
  for (std::size_t place = 0; place < ranges.size(); ++place) {
    auto const parts = split(ranges[place], ';');
    auto const name = lower(trim(parts[0]));
    int closeness = name == "*/*"                  ? 1
                    : name == type + "/*"          ? 2
                    : name == type + "/" + subtype ? 3
                                                   : 0;
    std::string quality = "1";
    std::string wanted_version;
    std::string charset;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      auto pair = split(parts[i], '=');
      auto value =
          trim(parts[i].size() > pair[0].size() ? parts[i].substr(pair[0].size() + 1) : "");
      if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
      }
      auto const parameter = lower(trim(pair[0]));
      if (parameter == "q") quality = value;
      if (parameter == "version") wanted_version = value;
      if (parameter == "charset") charset = lower(value);
    }
    if (!std::regex_match(quality, weight)) continue;
    if (closeness == 3 && !charset.empty() && charset != "utf-8") continue;
    if (closeness == 3 && !wanted_version.empty()) closeness = wanted_version == version ? 4 : 0;
    if (closeness > best.closeness) best = {closeness, std::stod(quality), place};
  }
  return best;
}

auto oracle(std::string const& accept) -> metric_format {
  auto const text = wish_for(accept, "text", "plain", "0.0.4");
  auto const open = wish_for(accept, "application", "openmetrics-text", "1.0.0");
  bool const first = open.quality > 0 && open.place < text.place;
  bool const wins = open.quality > text.quality || (open.quality == text.quality && first);
  return wins ? metric_format::openmetrics : metric_format::prometheus;
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const text(data, data + size);
  auto const format = memscape::metric_format_for({text.data(), text.size()});
  fuzz::require(format == oracle({text.begin(), text.end()}), "parser and oracle agree");
  return 0;
}
