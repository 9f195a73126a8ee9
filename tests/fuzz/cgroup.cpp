// SPDX-License-Identifier: MIT
// The parsers of the files that lead to a group's limits. The first byte picks one.
#include <array>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/proc/meminfo_text.hpp>
#include <memscape/readers/linux/proc/mountinfo_text.hpp>
#include <optional>
#include <string>
#include <vector>

#include "fuzz.hpp"
#include "proc_oracle.hpp"

namespace {

using memscape::bytes;
using memscape::count;

auto with_newline(std::string const& text) -> std::optional<std::uint64_t> {
  if (text.empty() || text.back() != '\n') return std::nullopt;
  return fuzz::number_of(text.substr(0, text.size() - 1));
}

void check_bound(std::string_view text) {
  std::optional<memscape::cgroup_bound> expected;
  if (text == "max\n") {
    expected = memscape::cgroup_bound{};
  } else if (auto const number = with_newline(std::string{text})) {
    expected = memscape::cgroup_bound{};
    if (*number < 0x7FFF'FFFF'FFFF'0000U) expected->value = bytes{*number};
  }
  fuzz::require(memscape::parse_cgroup_bound(text) == expected, "bound: parser and oracle agree");
  fuzz::require(memscape::parse_cgroup_amount(text) == with_newline(std::string{text}),
                "amount: parser and oracle agree");
}

// The numbers of these names; lines of others are lines all the same.
template <std::size_t Size>
auto named_of(std::string const& text, std::array<std::string_view, Size> const& names)
    -> std::optional<std::array<std::optional<std::uint64_t>, Size>> {
  auto const [lines, whole] = fuzz::lines_of(text);
  if (!whole || lines.empty()) return std::nullopt;
  std::array<std::optional<std::uint64_t>, Size> found;
  for (auto const& line : lines) {
    auto const space = line.find(' ');
    if (space == std::string::npos || space == 0) return std::nullopt;
    auto const number = fuzz::number_of(line.substr(space + 1));
    if (!number) return std::nullopt;
    auto const key = line.substr(0, space);
    for (std::size_t i = 0; i < Size; ++i) {
      if (key != names[i]) continue;
      if (found[i]) return std::nullopt;
      found[i] = *number;
    }
  }
  return found;
}

template <class Unit>
auto in(std::optional<std::uint64_t> number) -> std::optional<Unit> {
  return number ? std::optional{Unit{*number}} : std::nullopt;
}
auto events_of(std::string const& text) -> std::optional<memscape::cgroup_events> {
  auto const found = named_of<2>(text, {"max", "oom_kill"});
  if (!found) return std::nullopt;
  return memscape::cgroup_events{in<count>((*found)[0]), in<count>((*found)[1])};
}
auto stat_of(std::string const& text) -> std::optional<memscape::cgroup_stat> {
  auto const found = named_of<2>(text, {"kernel", "sock"});
  if (!found) return std::nullopt;
  return memscape::cgroup_stat{in<bytes>((*found)[0]), in<bytes>((*found)[1])};
}

auto cache_of(std::string const& text, std::array<std::string_view, 4> const& names)
    -> std::optional<memscape::cgroup_cache> {
  auto const found = named_of<4>(text, names);
  if (!found || !(*found)[0] || !(*found)[1]) return std::nullopt;
  return memscape::cgroup_cache{in<bytes>((*found)[0]), in<bytes>((*found)[1]),
                                in<bytes>((*found)[2]), in<bytes>((*found)[3])};
}
void check_cache(std::string const& text) {
  auto const cache = memscape::parse_cgroup_cache(text);
  fuzz::require(
      cache == cache_of(text, {"inactive_file", "active_file", "file_dirty", "file_writeback"}),
      "cache: parser and oracle agree");
  fuzz::require(memscape::parse_cgroup_v1_cache(text) ==
                    cache_of(text, {"total_inactive_file", "total_active_file", "total_dirty",
                                    "total_writeback"}),
                "cache of version 1: parser and oracle agree");
  if (!cache) return;
  auto const most = *cache->inactive + *cache->active;
  fuzz::require(memscape::reclaimable_of(*cache) <= most, "cache: no more than there is");
}

auto meminfo_of(std::string const& text) -> std::optional<memscape::meminfo_text> {
  auto const [lines, whole] = fuzz::lines_of(text);
  std::optional<bytes> total;
  std::optional<bytes> available;
  for (auto const& line : lines) {
    for (auto& [key, into] : {std::pair{std::string{"MemTotal:"}, &total},
                              std::pair{std::string{"MemAvailable:"}, &available}}) {
      if (line.substr(0, key.size()) != key) continue;
      if (*into) return std::nullopt;
      *into = fuzz::kib_of(line.substr(key.size()));
      if (!*into) return std::nullopt;
    }
    if (available) break;
  }
  if (!total || (!available && !whole)) return std::nullopt;
  return memscape::meminfo_text{*total, available};
}

void check_cgroup_line(std::string_view text) {
  auto const line = memscape::parse_cgroup_line(text);
  if (!line) return;
  std::string again{text.substr(0, text.find(':'))};
  fuzz::require(fuzz::number_of(again) == line->hierarchy, "cgroup: its number");
  again += ":" + std::string{line->controllers} + ":" + std::string{line->path};
  fuzz::require(again == text, "cgroup: its three parts are the line");
  auto const listed = "," + std::string{line->controllers} + ",";
  fuzz::require(line->has_memory() == (listed.find(",memory,") != std::string::npos),
                "cgroup: has memory where the list does");
  fuzz::require(!line->path.empty() && line->path[0] == '/', "cgroup: a path");
}

void check_mountinfo_line(std::string_view text) {
  auto const line = memscape::parse_mountinfo_line(text);
  if (!line) return;
  for (auto const part : {line->root, line->mount_point, line->type, line->options}) {
    fuzz::require(!part.empty() && part.data() >= text.data() &&
                      part.data() + part.size() <= text.data() + text.size(),
                  "mountinfo: its parts are of the line");
  }
  auto const listed = "," + std::string{line->options} + ",";
  fuzz::require(line->has_option("memory") == (listed.find(",memory,") != std::string::npos),
                "mountinfo: has an option where the list does");
  std::string const numbers{
      text.substr(0, static_cast<std::size_t>(line->root.data() - text.data()))};
  auto const after = [&numbers](char separator, std::size_t from) {
    return numbers.find(separator, from) + 1;
  };
  auto const parent = after(' ', 0);
  auto const device = after(' ', parent);
  auto const low = after(':', device);
  fuzz::require(
      fuzz::number_of(numbers.substr(0, parent - 1)) == line->id &&
          fuzz::number_of(numbers.substr(parent, device - parent - 1)) == line->parent &&
          fuzz::number_of(numbers.substr(device, low - device - 1)) == line->major_number &&
          fuzz::number_of(numbers.substr(low, numbers.size() - low - 1)) == line->minor_number,
      "mountinfo: its numbers");
  std::string plain;
  for (auto rest = line->mount_point; !rest.empty();) plain += memscape::next_unescaped(rest);
  fuzz::require(plain.size() <= line->mount_point.size(), "mountinfo: no longer than escaped");
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  if (size == 0) return 0;
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const copy(data + 1, data + size);
  std::string_view const text{copy.data(), copy.size()};
  switch (data[0] % 6) {
    case 0: check_bound(text); break;
    case 1:
      fuzz::require(memscape::parse_cgroup_events(text) == events_of(std::string{text}),
                    "events: parser and oracle agree");
      break;
    case 2:
      fuzz::require(memscape::parse_meminfo(text) == meminfo_of(std::string{text}),
                    "meminfo: parser and oracle agree");
      break;
    case 3: check_cgroup_line(text); break;
    case 5:
      fuzz::require(memscape::parse_cgroup_stat(text) == stat_of(std::string{text}),
                    "stat: parser and oracle agree");
      check_cache(std::string{text});
      break;
    default: check_mountinfo_line(text); break;
  }
  return 0;
}
