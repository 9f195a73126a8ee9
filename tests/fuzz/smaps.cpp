// SPDX-License-Identifier: MIT
// The way from the bytes of smaps to its entries, against one made of the standard library's parts. The
// text arrives in pieces of any size, in a buffer that many lines do not fit.
#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <memscape/ledger/linux/line_stream.hpp>
#include <memscape/ledger/linux/smaps.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "fuzz.hpp"

namespace {

constexpr std::size_t buffer_size = 256;

auto lines_of(std::string_view text) -> std::vector<std::string> {
  std::vector<std::string> lines;
  while (!text.empty()) {
    auto const end = text.find('\n');
    auto const line = text.substr(0, end);
    // A newline right behind a full buffer comes too late to be seen with it.
    lines.emplace_back(line.substr(0, buffer_size));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

struct entry {
  std::uint64_t begin = 0, end = 0, device = 0, inode = 0;
  std::string flags, name;
  std::map<std::string, std::uint64_t> fields;
};

auto saturating(std::uint64_t a, std::uint64_t b) -> std::uint64_t {
  return a + b < a ? UINT64_MAX : a + b;
}

// A number of `text`, from `at` on, which it moves behind it.
auto number(std::string const& text, std::size_t& at, int base) -> std::optional<std::uint64_t> {
  // from_chars takes no sign for unsigned numbers, but it takes capitals, which the kernel never writes.
  std::uint64_t value = 0;
  auto const* const first = text.data() + at;
  auto const [end, error] = std::from_chars(first, text.data() + text.size(), value, base);
  if (error != std::errc{} ||
      std::any_of(first, end, [](char c) { return c >= 'A' && c <= 'F'; })) {
    return std::nullopt;
  }
  auto const digits = static_cast<std::size_t>(end - first);
  if (base == 16 && digits > 16) return std::nullopt;
  at += digits;
  return value;
}

auto header(std::string const& line) -> std::optional<entry> {
  std::size_t at = 0;
  auto const is = [&](char expected) {
    return at < line.size() && line[at] == expected && ++at != 0;
  };
  entry parsed;
  auto const begin = number(line, at, 16);
  if (!begin || !is('-')) return std::nullopt;
  auto const end = number(line, at, 16);
  if (!end || *end <= *begin || !is(' ')) return std::nullopt;
  parsed.begin = *begin;
  parsed.end = *end;
  parsed.flags = line.substr(at, 4);
  if (parsed.flags.size() != 4) return std::nullopt;
  for (std::size_t i = 0; i < 4; ++i) {
    char const* const allowed[] = {"r-", "w-", "x-", "ps"};
    if (std::string_view{allowed[i]}.find(parsed.flags[i]) == std::string_view::npos)
      return std::nullopt;
  }
  at += 4;
  if (!is(' ') || !number(line, at, 16) || !is(' ')) return std::nullopt;
  auto const major = number(line, at, 16);
  if (!major || !is(':')) return std::nullopt;
  auto const minor = number(line, at, 16);
  if (!minor || !is(' ')) return std::nullopt;
  parsed.device = *major << 32U | *minor;
  auto const inode = number(line, at, 10);
  if (!inode) return std::nullopt;
  parsed.inode = *inode;
  if (at == line.size()) return parsed;
  if (line[at] != ' ') return std::nullopt;
  parsed.name = line.substr(std::min(line.find_first_not_of(' ', at), line.size()));
  return parsed;
}

void field(entry& into, std::string const& line) {
  auto const colon = line.find(':');
  if (colon == std::string::npos) return;
  auto const digits = line.find_first_not_of(' ', colon + 1);
  if (digits == std::string::npos) return;
  std::uint64_t kib = 0;
  auto i = digits;
  for (; i < line.size() && line[i] >= '0' && line[i] <= '9'; ++i) {
    auto const next = static_cast<std::uint64_t>(line[i] - '0');
    if (kib > (UINT64_MAX - next) / 10) return;
    kib = kib * 10 + next;
  }
  if (i == digits) return;
  auto const size = kib > UINT64_MAX / 1024 ? UINT64_MAX : kib * 1024;
  auto& sum = into.fields[line.substr(0, colon)];
  sum = saturating(sum, size);
}

auto oracle(std::string_view text) -> std::vector<entry> {
  std::vector<entry> entries;
  for (auto const& line : lines_of(text)) {
    if (!line.empty() && line.front() >= 'A' && line.front() <= 'Z') {
      if (!entries.empty()) field(entries.back(), line);
    } else if (auto const parsed = header(line)) {
      entries.push_back(*parsed);
    }
  }
  return entries;
}

void compare(memscape::smaps_entry const& got, entry const& expected) {
  auto const field = [&](char const* name) {
    auto const found = expected.fields.find(name);
    return found == expected.fields.end() ? std::uint64_t{0} : found->second;
  };
  fuzz::require(got.map.begin == expected.begin && got.map.end == expected.end, "addresses");
  fuzz::require(got.map.inode == expected.inode, "inode");
  fuzz::require(got.map.readable == (expected.flags[0] == 'r'), "readable");
  fuzz::require(got.map.writable == (expected.flags[1] == 'w'), "writable");
  fuzz::require(got.map.executable == (expected.flags[2] == 'x'), "executable");
  fuzz::require(got.map.shared == (expected.flags[3] == 's'), "shared");
  fuzz::require(got.map.kind == memscape::kind_of(expected.name, expected.device >> 32U), "kind");
  auto const name = got.map.name.view();
  fuzz::require(name.size() <= 96, "a name fits");
  fuzz::require(expected.name.find(name) != std::string::npos, "a name is part of the line");
  fuzz::require(got.rss.value() == field("Rss"), "Rss");
  fuzz::require(got.swap.value() == field("Swap"), "Swap");
  fuzz::require(got.lazy_free.value_or(memscape::bytes{}).value() == field("LazyFree"), "LazyFree");
  fuzz::require(
      got.huge.value() == saturating(saturating(field("AnonHugePages"), field("ShmemPmdMapped")),
                                     field("FilePmdMapped")),
      "huge pages");
  fuzz::require(
      got.hugetlb.value() == saturating(field("Shared_Hugetlb"), field("Private_Hugetlb")),
      "Hugetlb");
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  auto const step = input.byte() + 1;
  std::vector<char> const text{input.rest().begin(), input.rest().end()};
  auto const expected = oracle({text.data(), text.size()});

  std::size_t at = 0;
  auto const read = [&](char* into, std::size_t room) -> std::ptrdiff_t {
    auto const piece = std::min({room, static_cast<std::size_t>(step), text.size() - at});
    if (piece != 0) std::memcpy(into, text.data() + at, piece);
    at += piece;
    return static_cast<std::ptrdiff_t>(piece);
  };
  memscape::line_stream<buffer_size> stream;
  memscape::smaps_reader reader;
  std::size_t count = 0;
  auto const check = [&](memscape::smaps_entry const* got) {
    if (got == nullptr) return;
    fuzz::require(count < expected.size(), "no entry too many");
    compare(*got, expected[count++]);
  };
  while (auto const line = stream.next(read)) check(reader.feed(*line));
  check(reader.finish());
  fuzz::require(count == expected.size(), "no entry too few");
  return 0;
}
