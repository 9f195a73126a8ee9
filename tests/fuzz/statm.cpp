// SPDX-License-Identifier: MIT
// statm's parser against a slow one made of the standard library's parts.
#include <charconv>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "fuzz.hpp"

namespace {

auto oracle(std::string text) -> std::optional<memscape::statm> {
  if (text.empty() || text.back() != '\n') return std::nullopt;
  text.back() = ' ';
  std::vector<std::uint64_t> numbers;
  while (!text.empty()) {
    auto const space = text.find(' ');
    std::string const field = text.substr(0, space);
    text.erase(0, space + 1);
    std::uint64_t number = 0;
    auto const [end, error] = std::from_chars(field.data(), field.data() + field.size(), number);
    if (error != std::errc{} || end != field.data() + field.size()) return std::nullopt;
    numbers.push_back(number);
  }
  if (numbers.size() != 7) return std::nullopt;
  return memscape::statm{numbers[0], numbers[1], numbers[2], numbers[5]};
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  // A copy of that very size, so that a read past its end is seen.
  std::vector<char> const text(data, data + size);
  auto const parsed = memscape::parse_statm({text.data(), text.size()});
  fuzz::require(parsed == oracle({text.begin(), text.end()}), "parser and oracle agree");
  return 0;
}
