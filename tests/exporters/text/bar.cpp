// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/bar.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::text_bar;
using memscape::writer;

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();

constexpr auto draws(std::uint64_t part, std::uint64_t whole, std::size_t columns, bool unicode,
                     std::string_view expected) -> bool {
  char room[200]{};
  writer to{room};
  text_bar::put(to, part, whole, columns, unicode);
  return to.text() == expected;
}

constexpr auto ascii_bars() -> bool {
  return draws(0, 10, 10, false, "..........") && draws(5, 10, 10, false, "#####.....") &&
         draws(10, 10, 10, false, "##########") && draws(20, 10, 10, false, "##########") &&
         draws(1, u64_max, 4, false, "#...") && draws(1, 0, 4, false, "....") &&
         draws(1, 2, 0, false, "") && draws(u64_max, u64_max, 2, false, "##") &&
         draws(u64_max / 2, u64_max, 4, false, "##..") &&
         draws(u64_max - 1, u64_max, 2, false, "##");
}
static_assert(ascii_bars());
TEST_CASE("text_bar: in ASCII a column is full or not") { CHECK(ascii_bars()); }

constexpr auto block_bars() -> bool {
  return draws(5, 16, 4, true, "\u2588\u258E\u2591\u2591") &&
         draws(1, 1'000'000, 2, true, "\u258F\u2591") && draws(7, 8, 1, true, "\u2589") &&
         draws(8, 8, 1, true, "\u2588") && draws(0, 8, 2, true, "\u2591\u2591") &&
         draws(1, 2, 2, true, "\u2588\u2591") && draws(1, 1, 0, true, "");
}
static_assert(block_bars());
TEST_CASE("text_bar: in Unicode it is drawn in eighths") { CHECK(block_bars()); }

TEST_CASE("text_bar: any part of anything is as long as it should be, and as wide as asked") {
  test_support::random_numbers random{1};
  for (int i = 0; i < 20'000; ++i) {
    auto const whole = random.next() >> random.below(64);
    auto const part = whole == 0 ? 0 : random.next() % whole;
    auto const columns = static_cast<std::size_t>(random.below(80));
    bool const unicode = random.below(2) == 0;
    CAPTURE(part);
    CAPTURE(whole);
    char room[text_bar::most_columns * 3];
    writer to{room};
    text_bar::put(to, part, whole, columns, unicode);
    REQUIRE(to.complete());
    auto const shown = std::min(columns, text_bar::most_columns);
    REQUIRE(memscape::text_label::columns_of(to.text(), true) == shown);
    auto const steps = shown * (unicode ? 8 : 1);
    auto const filled = text_bar::filled(part, whole, steps);
    REQUIRE((filled > 0) == (part > 0 && steps > 0));
    auto const exact = whole == 0 ? 0.0
                                  : static_cast<double>(part) / static_cast<double>(whole) *
                                        static_cast<double>(steps);
    REQUIRE(std::abs(static_cast<double>(filled) - exact) <= (filled == 1 ? 1.0 : 0.501));
  }
}

}  // namespace
