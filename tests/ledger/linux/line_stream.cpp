// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cstddef>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/line_stream.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace {

using memscape::line_stream;

// The lines of a text that arrives `step` bytes at a time.
auto lines_of(std::string_view text, std::size_t step) -> std::vector<std::string> {
  std::vector<std::string> lines;
  line_stream<256> stream;
  auto const read = [&](char* into, std::size_t room) -> std::ptrdiff_t {
    auto const size = std::min({room, step, text.size()});
    std::memcpy(into, text.data(), size);
    text.remove_prefix(size);
    return static_cast<std::ptrdiff_t>(size);
  };
  while (auto const line = stream.next(read)) lines.emplace_back(*line);
  CHECK_FALSE(stream.failed());
  return lines;
}

TEST_CASE("line_stream: the same lines in whatever pieces they come") {
  std::vector<std::string> const expected{"one", "", "two three", std::string(200, 'x'), "end"};
  std::string text;
  for (auto const& line : expected) text += line + "\n";
  for (std::size_t const step : {1U, 2U, 3U, 7U, 64U, 255U, 256U, 257U, 10'000U}) {
    CHECK(lines_of(text, step) == expected);
  }
  text.pop_back();
  CHECK_MESSAGE(lines_of(text, 5) == expected, "without the last newline too");
}

TEST_CASE(
    "line_stream: a line that does not fit is given by its beginning, and the next is whole") {
  for (std::size_t const length : {255U, 256U, 257U, 600U, 5000U}) {
    for (std::size_t const step : {1U, 100U, 256U, 10'000U}) {
      CAPTURE(length);
      CAPTURE(step);
      auto const lines = lines_of(std::string(length, 'a') + "\nnext\n", step);
      REQUIRE(lines.size() == 2);
      CHECK(lines[0] == std::string(std::min<std::size_t>(length, 256), 'a'));
      CHECK(lines[1] == "next");
    }
  }
}

TEST_CASE("line_stream: a read that fails ends it, and a line that was cut by that is none") {
  line_stream<256> stream;
  int reads = 0;
  auto const read = [&](char* into, std::size_t) -> std::ptrdiff_t {
    if (++reads > 1) return -1;
    std::memcpy(into, "whole\ncut", 9);
    return 9;
  };
  CHECK(stream.next(read) == "whole");
  CHECK_FALSE(stream.next(read));
  CHECK(stream.failed());
  stream.reset();
  CHECK_FALSE(stream.failed());
  reads = 0;
  CHECK(stream.next(read) == "whole");
}

}  // namespace
