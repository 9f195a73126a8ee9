// SPDX-License-Identifier: MIT
// The pictures of four instants, in ASCII and in Unicode, wide and narrow, as they stand in text.txt. If a
// difference is meant, run this with MEMSCAPE_WRITE_GOLDEN=1 and review the new file.
#include <memscape/exporters/text.hpp>

#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <memscape/memscape.hpp>
#include <string>

#include "golden/registry.hpp"

namespace {

using memscape::text;
using memscape::text_options;

constexpr auto golden_file = MEMSCAPE_GOLDEN_FOLDER "/text.txt";

constexpr text_options ways[] = {
    {}, {.unicode = true}, {.columns = 32}, {.columns = 48, .unicode = true, .colour = true}};

auto pictures() -> std::string {
  auto memory = test_support::make_golden_registry();
  std::array<char, text::max_size<decltype(memory)::layout>> room{};
  std::string all;
  for (int i = 0; i < 4; ++i) {
    auto const snap = memory.collect();
    for (auto const& how : ways) {
      all += text::write(room, snap, how);
      all += '\n';
    }
  }
  return all;
}

TEST_CASE("golden: the pictures are the committed ones") {
  if (std::getenv("MEMSCAPE_WRITE_GOLDEN") != nullptr) std::ofstream{golden_file} << pictures();
  std::ifstream file{golden_file};
  REQUIRE(file);
  std::string const expected{std::istreambuf_iterator<char>{file}, {}};
  CHECK(pictures() == expected);
}

}  // namespace
