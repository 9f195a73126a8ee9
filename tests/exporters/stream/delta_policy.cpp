// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream/delta_policy.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <optional>
#include <ostream>

#include "exporters/random.hpp"

namespace {

using memscape::bytes;
using memscape::delta_policy;

constexpr delta_policy one_percent{};
constexpr std::uint64_t all = UINT64_MAX;

constexpr auto more_than_one_percent_is_news() -> bool {
  return !one_percent.is_news(1000, 1000) && !one_percent.is_news(1000, 1010) &&
         one_percent.is_news(1000, 1011) && !one_percent.is_news(1000, 990) &&
         one_percent.is_news(1000, 989);
}
static_assert(more_than_one_percent_is_news());

constexpr auto small_numbers_move_by_one() -> bool {
  // One per cent of 99 is less than 1; of 100 it is exactly 1, and that is not more.
  return one_percent.is_news(99, 100) && !one_percent.is_news(100, 101) &&
         one_percent.is_news(1, 2);
}
static_assert(small_numbers_move_by_one());

constexpr auto zero_is_left_and_reached() -> bool {
  return one_percent.is_news(0, 1) && one_percent.is_news(1, 0) && !one_percent.is_news(0, 0) &&
         one_percent.is_news(all, 0) && one_percent.is_news(0, all);
}
static_assert(zero_is_left_and_reached());

constexpr auto absence_is_news() -> bool {
  return one_percent.is_news(std::nullopt, 0) && one_percent.is_news(0, std::nullopt) &&
         !one_percent.is_news(std::nullopt, std::nullopt);
}
static_assert(absence_is_news());

constexpr auto floor_silences_small_moves() -> bool {
  constexpr delta_policy policy{.floor = bytes{4096}};
  return !policy.is_news(0, 4096) && policy.is_news(0, 4097) && !policy.is_news(4096, 0) &&
         !policy.is_news(10, 20) && policy.is_news(10, 4107) &&
         !policy.is_news(1'000'000, 1'004'096) && policy.is_news(std::nullopt, 1);
}
static_assert(floor_silences_small_moves());

constexpr auto no_ratio_sends_every_move() -> bool {
  constexpr delta_policy policy{.ratio_per_mille = 0};
  return policy.is_news(all, all - 1) && policy.is_news(1'000'000, 1'000'001);
}
static_assert(no_ratio_sends_every_move());

constexpr auto the_largest_numbers_do_not_overflow() -> bool {
  constexpr std::uint64_t one_hundredth = all / 100;
  return !one_percent.is_news(all, all - one_hundredth) &&
         one_percent.is_news(all, all - one_hundredth - 1);
}
static_assert(the_largest_numbers_do_not_overflow());

TEST_CASE("delta_policy: what is worth a frame") {
  CHECK(more_than_one_percent_is_news());
  CHECK(small_numbers_move_by_one());
  CHECK(zero_is_left_and_reached());
  CHECK(absence_is_news());
  CHECK(floor_silences_small_moves());
  CHECK(no_ratio_sends_every_move());
  CHECK(the_largest_numbers_do_not_overflow());
}

TEST_CASE("delta_policy: agrees with exact arithmetic") {
  __extension__ using wide = unsigned __int128;
  test_support::random_numbers random{2};
  for (int i = 0; i < 100'000; ++i) {
    delta_policy const policy{.ratio_per_mille = static_cast<std::uint32_t>(random.below(2000))};
    auto const sent = random.with_any_digits();
    auto const step = random.below(sent / 40 + 2);
    auto const now = random.below(2) == 0 ? sent - (step < sent ? step : sent)
                                          : sent + (step < all - sent ? step : all - sent);
    auto const moved = now > sent ? now - sent : sent - now;
    bool const expected = moved != 0 && (now == 0 || sent == 0 ||
                                         wide{moved} * 1000 > wide{sent} * policy.ratio_per_mille);
    CAPTURE(sent);
    CAPTURE(now);
    CAPTURE(policy.ratio_per_mille);
    CHECK(policy.is_news(sent, now) == expected);
  }
}

}  // namespace
