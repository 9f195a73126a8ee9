// SPDX-License-Identifier: MIT
// Any sequence of pieces in any amount of room, against std::string.
#include <array>
#include <memscape/exporters/writer.hpp>
#include <string>
#include <vector>

#include "fuzz.hpp"

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  std::vector<char> memory(input.byte());
  memscape::writer to{memory};
  memscape::writer counter;
  std::string expected;
  while (!input.empty()) {
    switch (input.byte() % 5) {
      case 0: {
        auto const text = input.text(input.byte() % 32);
        to.put(text), counter.put(text), expected += text;
        break;
      }
      case 1: {
        auto const c = static_cast<char>(input.byte());
        to.put(c), counter.put(c), expected += c;
        break;
      }
      case 2: {
        auto const number = input.number();
        to.number(number), counter.number(number), expected += std::to_string(number);
        break;
      }
      case 3: {
        auto const number = static_cast<std::int64_t>(input.number());
        to.signed_number(number), counter.signed_number(number), expected += std::to_string(number);
        break;
      }
      default: {
        std::array<char, 7> constant{};
        for (auto& c : constant) c = static_cast<char>(input.byte());
        to.put(constant), counter.put(constant), expected.append(constant.data(), constant.size());
      }
    }
    fuzz::require(to.size() == expected.size() && counter.size() == expected.size(), "sizes agree");
  }
  bool const fits = expected.size() <= memory.size();
  fuzz::require(to.complete() == fits, "complete when it fits");
  fuzz::require(to.text() == (fits ? expected : std::string{}), "the whole text or none");
  return 0;
}
