// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/psi_text.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

namespace {

using memscape::basis_points;
using memscape::microseconds;
using memscape::parse_psi;
using memscape::psi_text;
using namespace std::literals;

constexpr auto kernel =
    "some avg10=0.07 avg60=12.34 avg300=100.00 total=18446744073709551615\n"
    "full avg10=0.00 avg60=0.50 avg300=5.00 total=7\n"sv;

TEST_CASE("psi_text: shares are hundredths of a percent, totals microseconds") {
  constexpr auto test = [] {
    return parse_psi(kernel) ==
           psi_text{{basis_points{7}, basis_points{1234}, basis_points{10000}, microseconds::max()},
                    {basis_points{0}, basis_points{50}, basis_points{500}, microseconds{7}}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("psi_text: a text cut at any byte, or grown, is an error") {
  for (std::size_t length = 0; length < kernel.size(); ++length) {
    CAPTURE(length);
    CHECK_FALSE(parse_psi(kernel.substr(0, length)));
  }
  CHECK_FALSE(parse_psi(std::string{kernel} + "\n"));
  CHECK_FALSE(parse_psi(std::string{kernel} + std::string{kernel}));
}

TEST_CASE("psi_text: two decimals, no sign, at most a hundred percent, in this order") {
  for (auto const& change :
       {std::pair{"0.07"s, "0.7"s}, std::pair{"0.07"s, "0.007"s}, std::pair{"0.07"s, "-0.07"s},
        std::pair{"0.07"s, "0,07"s}, std::pair{"100.00"s, "101.00"s}, std::pair{"avg60"s, "avg61"s},
        std::pair{"some"s, "full"s}, std::pair{"total=7"s, "total=-7"s},
        std::pair{"total=7"s, "total=7 "s}, std::pair{"1615"s, "1616"s}}) {
    auto const& from = change.first;
    auto const& to = change.second;
    CAPTURE(to);
    auto text = std::string{kernel};
    text.replace(text.find(from), from.size(), to);
    CHECK_FALSE(parse_psi(text));
  }
}

}  // namespace
