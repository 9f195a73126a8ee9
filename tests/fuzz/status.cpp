// SPDX-License-Identifier: MIT
// status's parser against a slow one made of the standard library's parts.
#include <map>
#include <memscape/readers/linux/proc/status_text.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "proc_oracle.hpp"

namespace {

auto oracle(std::string const& text) -> std::optional<memscape::status_text> {
  std::map<std::string, std::optional<memscape::bytes>> amounts{
      {"VmHWM", {}},  {"RssAnon", {}}, {"RssFile", {}}, {"RssShmem", {}},
      {"VmData", {}}, {"VmPTE", {}},   {"VmSwap", {}},  {"HugetlbPages", {}}};
  for (auto const& line : fuzz::lines_of(text).all) {
    if (line.empty()) return std::nullopt;
    auto const colon = line.find(':');
    if (colon == std::string::npos) continue;
    auto const key = line.substr(0, colon);
    auto const value = line.substr(colon + 1);
    if (key == "Threads") {
      auto const threads = fuzz::number_of(fuzz::without_blanks(value));
      if (!threads) return std::nullopt;
      return memscape::status_text{
          amounts["VmHWM"],    amounts["RssAnon"],      amounts["RssFile"],
          amounts["RssShmem"], amounts["VmData"],       amounts["VmPTE"],
          amounts["VmSwap"],   amounts["HugetlbPages"], memscape::count{*threads}};
    }
    auto const amount = amounts.find(key);
    if (amount == amounts.end()) continue;
    if (amount->second) return std::nullopt;
    amount->second = fuzz::kib_of(value);
    if (!amount->second) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const text(data, data + size);
  auto const parsed = memscape::parse_status({text.data(), text.size()});
  fuzz::require(parsed == oracle({text.begin(), text.end()}), "parser and oracle agree");
  return 0;
}
