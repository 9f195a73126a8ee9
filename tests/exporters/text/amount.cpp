// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/amount.hpp>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <limits>
#include <optional>
#include <string>

#include "exporters/random.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::text_amount;

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();

constexpr auto reads(text_amount const& amount, std::string_view text) -> bool {
  return amount.view() == text;
}

constexpr auto of_bytes(std::uint64_t value) -> text_amount {
  return text_amount::of(bytes{value});
}

// The table of the dashboard's tests: one rule for both.
constexpr auto bytes_have_three_digits() -> bool {
  return reads(of_bytes(0), "0 B") && reads(of_bytes(1), "1 B") &&
         reads(of_bytes(1023), "1023 B") && reads(of_bytes(1024), "1.00 KiB") &&
         reads(of_bytes(1536), "1.50 KiB") && reads(of_bytes(10 * 1024), "10.0 KiB") &&
         reads(of_bytes(100 * 1024), "100 KiB") && reads(of_bytes(1013 * 1024), "1013 KiB") &&
         reads(of_bytes(256ULL << 20U), "256 MiB") && reads(of_bytes(1'288'490'189), "1.20 GiB") &&
         reads(of_bytes(u64_max), "16.0 EiB") && reads(of_bytes(u64_max - 1), "16.0 EiB") &&
         reads(of_bytes(1ULL << 60U), "1.00 EiB");
}
static_assert(bytes_have_three_digits());
TEST_CASE("text_amount: bytes have three significant digits in binary units") {
  CHECK(bytes_have_three_digits());
}

constexpr auto rounding_stays_in_the_unit() -> bool {
  return reads(of_bytes(1'048'166), "1.00 MiB") &&  // 1023.6 KiB
         reads(of_bytes(1'048'063), "1023 KiB") &&  // 1023.499 KiB
         reads(of_bytes(1'048'064), "1.00 MiB") &&  // 1023.5 KiB
         reads(of_bytes(10'239), "10.0 KiB") && reads(of_bytes(10'234), "9.99 KiB") &&
         reads(of_bytes(102'390), "100 KiB") && reads(of_bytes(102'348), "99.9 KiB") &&
         reads(of_bytes((1ULL << 60U) - 1), "1.00 EiB");
}
static_assert(rounding_stays_in_the_unit());
TEST_CASE("text_amount: rounding never shows 1024 of a unit, nor a digit too many") {
  CHECK(rounding_stays_in_the_unit());
}

TEST_CASE("text_amount: what is shown is within half of the last digit") {
  test_support::random_numbers random{1};
  constexpr std::string_view units = "BKMGTPE";
  for (int i = 0; i < 20'000; ++i) {
    auto const value = random.next() >> random.below(64);
    CAPTURE(value);
    auto const amount = of_bytes(value);
    std::string const text{amount.view()};
    REQUIRE(text.size() <= 8);
    auto const space = text.find(' ');
    auto const unit = units.find(text[space + 1]);
    auto const point = text.find('.');
    auto const decimals = point == std::string::npos ? 0 : static_cast<int>(space - point - 1);
    auto const scale = std::pow(1024.0, static_cast<double>(unit));
    auto const shown = std::strtod(text.c_str(), nullptr);
    auto const half = 0.5 * std::pow(10.0, -decimals);
    REQUIRE(std::abs(shown - static_cast<double>(value) / scale) <= half * (1 + 1e-9));
    REQUIRE((unit == 0 || (shown >= 1 && shown < 1024)));
    REQUIRE((unit == 0 || decimals == (shown < 10 ? 2 : shown < 100 ? 1 : 0)));
  }
}

constexpr auto counts_are_grouped() -> bool {
  return reads(text_amount::of(count{0}), "0") && reads(text_amount::of(count{999}), "999") &&
         reads(text_amount::of(count{1'000}), "1,000") &&
         reads(text_amount::of(count{1'234'567}), "1,234,567") &&
         reads(text_amount::of(count::max()), "18,446,744,073,709,551,615");
}
static_assert(counts_are_grouped());
TEST_CASE("text_amount: counts are grouped, whatever their size") { CHECK(counts_are_grouped()); }

constexpr auto absent_is_no_zero() -> bool {
  return reads(text_amount::of(std::optional<bytes>{}), "-") &&
         reads(text_amount::of(std::optional<count>{}), "-") &&
         reads(text_amount::of(std::optional{bytes{0}}), "0 B") &&
         reads(text_amount::of(std::optional{count{7}}), "7");
}
static_assert(absent_is_no_zero());
TEST_CASE("text_amount: what was not measured is a dash") { CHECK(absent_is_no_zero()); }

constexpr auto percents_have_one_decimal() -> bool {
  return reads(text_amount::percent(0), "0.0%") && reads(text_amount::percent(7), "0.7%") &&
         reads(text_amount::percent(406), "40.6%") && reads(text_amount::percent(1000), "100.0%");
}
static_assert(percents_have_one_decimal());
TEST_CASE("text_amount: percentages of tenths") { CHECK(percents_have_one_decimal()); }

}  // namespace
