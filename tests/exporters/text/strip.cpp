// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/strip.hpp>

#include <doctest/doctest.h>

namespace {

using memscape::text_strip;

constexpr auto repeats_whole_characters() -> bool {
  constexpr text_strip<4, 1> hashes{"#"};
  constexpr text_strip<2, 3> blocks{"\u2588"};
  return hashes.view(0).empty() && hashes.view(4) == "####" && blocks.view(1) == "\u2588" &&
         blocks.view(2) == "\u2588\u2588";
}
static_assert(repeats_whole_characters());
TEST_CASE("text_strip: so many characters, each with all of its bytes") {
  CHECK(repeats_whole_characters());
}

}  // namespace
