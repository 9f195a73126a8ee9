// SPDX-License-Identifier: MIT
#include <memscape/readers/common/trend.hpp>

#include <cstdint>
#include <doctest/doctest.h>

namespace {

using memscape::bytes;
using memscape::growth;
using memscape::milliseconds;
using memscape::time_to_limit;
using memscape::trend;

constexpr std::uint64_t second = 1'000'000'000;

template <class Amount>
constexpr auto after(int readings, Amount amount) {
  trend of;
  for (int i = 0; i < readings; ++i) {
    of.add((100 + static_cast<std::uint64_t>(i)) * second,
           bytes{static_cast<std::uint64_t>(amount(i))});
  }
  return of.steady();
}

TEST_CASE("trend: a straight line is its slope, with the window it came from") {
  constexpr auto test = [] {
    return after(32, [](int i) { return 1'000'000 + 5000 * i; }) ==
           growth{bytes{5000}, milliseconds{31'000}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("trend: says nothing before the ring is full") {
  CHECK_FALSE(after(31, [](int i) { return 5000 * i; }));
  CHECK(after(100, [](int i) { return 5000 * i; }) == growth{bytes{5000}, milliseconds{31'000}});
}

TEST_CASE("trend: a few wild readings do not move it") {
  auto const rough = after(32, [](int i) { return i == 7 || i == 20 ? 90'000'000 : 5000 * i; });
  REQUIRE(rough);
  CHECK(rough->per_second.value() > 4000);
  CHECK(rough->per_second.value() < 6000);
}

TEST_CASE("trend: small steps are steady") {
  auto const steps = after(32, [](int i) { return i / 2 * 10'000; });
  REQUIRE(steps);
  CHECK(steps->per_second.value() > 4000);
  CHECK(steps->per_second.value() < 6000);
}

TEST_CASE("trend: a heap that is collected, grew once, stands still or shrinks is not") {
  CHECK_FALSE(after(32, [](int i) { return i % 8 * 5000; }));
  CHECK_FALSE(after(32, [](int i) { return i < 16 ? 0 : 1'000'000; }));
  CHECK_FALSE(after(32, [](int) { return 1'000'000; }));
  CHECK_FALSE(after(32, [](int i) { return 1'000'000 - 5000 * i; }));
  CHECK_FALSE(after(32, [](int i) { return (i * 7919 % 32) * 5000; }));
}

TEST_CASE("trend: what fell by more than a half of its growth grows no longer") {
  // At the last reading, or at some before that.
  for (int const since : {31, 30, 29, 28, 26, 20, 10}) {
    CHECK_FALSE(after(32, [since](int i) { return i < since ? 5000 * i : 100 * (i - since); }));
    CHECK_FALSE(after(32, [since](int i) { return i < since ? 9'000'000 + 5000 * i : 5000 * i; }));
  }
  CHECK_FALSE(after(32, [](int i) { return i == 31 ? 5000 * 14 : 5000 * i; }));
  // By less than that, or not at the last reading.
  CHECK(after(32, [](int i) { return i == 31 ? 5000 * 20 : 5000 * i; }));
  CHECK(after(33, [](int i) { return i == 31 ? 0 : 5000 * i; }));
  CHECK(after(32, [](int i) { return i == 0 ? 90'000'000 : 5000 * i; }));
}

TEST_CASE(
    "trend: a gap in the readings is not drawn across, and is over when it has left the window") {
  for (std::uint64_t const interval : {1U, 10U}) {
    for (std::uint64_t const gap : {60U, 3600U, 86'400U}) {
      CAPTURE(interval);
      CAPTURE(gap);
      trend of;
      std::uint64_t at = 1000;
      std::uint64_t amount = 1'000'000;
      auto const add = [&](std::uint64_t seconds, std::uint64_t more) {
        of.add((at += seconds) * second, bytes{amount += more});
        return of.steady();
      };
      std::uint64_t first_at = 0;
      std::uint64_t first_amount = 0;
      for (int i = 0; i < 60; ++i) {
        REQUIRE((add(interval, 5000 * interval) || i < 31));
        if (i == 29) first_at = at, first_amount = amount;
      }
      // Nothing came meanwhile.
      auto const next = add(gap, 0);
      // What is said is near what the whole window says.
      auto const overall = (amount - first_amount) / (at - first_at);
      bool const is_long = gap > 10 * interval;
      CHECK(next.has_value() != is_long);
      if (next) CHECK(next->per_second.value() <= overall * 4 / 3);
      for (int i = 0; i < 30; ++i) CHECK((add(interval, 5000 * interval).has_value() != is_long));
      CHECK(add(interval, 5000 * interval) == growth{bytes{5000}, milliseconds{31'000 * interval}});
    }
  }
}

TEST_CASE("trend: readings that come in pairs have no gap") {
  trend of;
  for (std::uint64_t i = 0; i < 32; ++i) {
    auto const at = 15 * (i / 2) + i % 2;
    of.add(at * second, bytes{5000 * at});
  }
  CHECK(of.steady() == growth{bytes{5000}, milliseconds{226'000}});
}

TEST_CASE("trend: growth that gathers speed is not") {
  CHECK_FALSE(after(32, [](int i) { return std::uint64_t{1} << i; }));
}

TEST_CASE("trend: times that stand still give no slope") {
  trend of;
  for (std::uint64_t i = 0; i < 40; ++i) of.add(second, bytes{i});
  CHECK_FALSE(of.steady());
}

TEST_CASE("trend: begins anew when it is cleared") {
  trend of;
  for (std::uint64_t i = 0; i < 40; ++i) of.add(i * second, bytes{i * 5000});
  REQUIRE(of.steady());
  of.clear();
  CHECK_FALSE(of.steady());
}

TEST_CASE("trend: the largest amounts do not overflow") {
  CHECK_FALSE(after(32, [](int i) { return i % 2 == 0 ? UINT64_MAX : 0; }));
}

TEST_CASE("trend: the time to a limit is what is left by what is used up a second") {
  constexpr auto test = [] {
    milliseconds const day{86'400'000};
    growth const of{bytes{1000}, milliseconds{31'000}};
    return time_to_limit(bytes{2500}, of, day) == milliseconds{2500} &&
           time_to_limit(bytes{0}, of, day) == milliseconds{0} &&
           time_to_limit(bytes{86'400'000}, of, day) == day &&
           !time_to_limit(bytes{86'401'000}, of, day) && !time_to_limit(bytes::max(), of, day) &&
           !time_to_limit(bytes{1}, {}, day);
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
