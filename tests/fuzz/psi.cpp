// SPDX-License-Identifier: MIT
// The parser of pressure files against a slow one, and against what the kernel would have printed.
#include <cstdio>
#include <memscape/readers/linux/proc/psi_text.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "proc_oracle.hpp"

namespace {

auto share_of(std::string const& text) -> std::optional<std::uint64_t> {
  if (text.size() < 4 || text[text.size() - 3] != '.') return std::nullopt;
  auto const whole = fuzz::number_of(text.substr(0, text.size() - 3));
  auto const part = fuzz::number_of(text.substr(text.size() - 2));
  if (!whole || *whole > 100 || !part) return std::nullopt;
  return *whole * 100 + *part;
}

auto line_of(std::string line, std::string const& kind) -> std::optional<memscape::psi_line> {
  std::vector<std::string> words;
  line += ' ';
  for (std::size_t end = 0; (end = line.find(' ')) != std::string::npos; line.erase(0, end + 1)) {
    words.push_back(line.substr(0, end));
  }
  if (words.size() != 5 || words[0] != kind || words[1].substr(0, 6) != "avg10=" ||
      words[2].substr(0, 6) != "avg60=" || words[3].substr(0, 7) != "avg300=" ||
      words[4].substr(0, 6) != "total=") {
    return std::nullopt;
  }
  auto const avg10 = share_of(words[1].substr(6));
  auto const avg60 = share_of(words[2].substr(6));
  auto const avg300 = share_of(words[3].substr(7));
  auto const total = fuzz::number_of(words[4].substr(6));
  if (!avg10 || !avg60 || !avg300 || !total) return std::nullopt;
  return memscape::psi_line{memscape::basis_points{*avg10}, memscape::basis_points{*avg60},
                            memscape::basis_points{*avg300}, memscape::microseconds{*total}};
}

auto oracle(std::string const& text) -> std::optional<memscape::psi_text> {
  auto const [lines, whole] = fuzz::lines_of(text);
  if (!whole || lines.size() != 2) return std::nullopt;
  auto const some = line_of(lines[0], "some");
  auto const full = line_of(lines[1], "full");
  if (!some || !full) return std::nullopt;
  return memscape::psi_text{*some, *full};
}

// What psi_show writes of these numbers.
auto printed(memscape::psi_line const& line, char const* kind) -> std::string {
  char text[160];
  auto const share = [](memscape::basis_points of) { return of.value(); };
  std::snprintf(text, sizeof text,
                "%s avg10=%ju.%02ju avg60=%ju.%02ju avg300=%ju.%02ju total=%ju\n", kind,
                share(line.avg10) / 100, share(line.avg10) % 100, share(line.avg60) / 100,
                share(line.avg60) % 100, share(line.avg300) / 100, share(line.avg300) % 100,
                line.total.value());
  return text;
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const text(data, data + size);
  auto const parsed = memscape::parse_psi({text.data(), text.size()});
  fuzz::require(parsed == oracle({text.begin(), text.end()}), "parser and oracle agree");
  if (parsed) {
    auto const again = printed(parsed->some, "some") + printed(parsed->full, "full");
    fuzz::require(memscape::parse_psi(again) == parsed, "what is printed of it parses to the same");
  }
  return 0;
}
