// SPDX-License-Identifier: MIT
// smaps_rollup's parser against a slow one made of the standard library's parts.
#include <map>
#include <memscape/readers/linux/proc/smaps_rollup_text.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "proc_oracle.hpp"

namespace {

auto oracle(std::string const& text) -> std::optional<memscape::smaps_rollup_text> {
  auto const [lines, whole] = fuzz::lines_of(text);
  std::string const mark = " [rollup]";
  if (!whole || lines.empty() || lines[0].size() < mark.size() ||
      lines[0].substr(lines[0].size() - mark.size()) != mark) {
    return std::nullopt;
  }
  std::map<std::string, std::vector<memscape::bytes>> amounts;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    auto const colon = lines[i].find(':');
    if (colon == std::string::npos) return std::nullopt;
    auto const amount = fuzz::kib_of(lines[i].substr(colon + 1));
    if (!amount) return std::nullopt;
    amounts[lines[i].substr(0, colon)].push_back(*amount);
  }
  for (auto const* key : {"Rss", "Pss", "Private_Clean", "Private_Dirty", "Anonymous", "LazyFree",
                          "AnonHugePages", "Swap", "SwapPss", "Locked"}) {
    if (amounts[key].size() != 1) return std::nullopt;
  }
  return memscape::smaps_rollup_text{.rss = amounts["Rss"][0],
                                     .pss = amounts["Pss"][0],
                                     .private_clean = amounts["Private_Clean"][0],
                                     .private_dirty = amounts["Private_Dirty"][0],
                                     .anonymous = amounts["Anonymous"][0],
                                     .lazy_free = amounts["LazyFree"][0],
                                     .anon_huge_pages = amounts["AnonHugePages"][0],
                                     .swap = amounts["Swap"][0],
                                     .swap_pss = amounts["SwapPss"][0],
                                     .locked = amounts["Locked"][0]};
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const text(data, data + size);
  auto const parsed = memscape::parse_smaps_rollup({text.data(), text.size()});
  fuzz::require(parsed == oracle({text.begin(), text.end()}), "parser and oracle agree");
  return 0;
}
