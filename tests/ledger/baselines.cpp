// SPDX-License-Identifier: MIT
#include <memscape/ledger/baselines.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/memscape.hpp>

namespace {

using memscape::bytes;
using layout = memscape::layout<memscape::leaf_shape<"a", "A">>;
using ledger = memscape::ledger<layout>;
using baselines = memscape::baselines<layout, 4>;

auto at_minute(std::uint64_t minute, std::uint64_t mebibytes) -> ledger {
  ledger of;
  of.rss = bytes{mebibytes << 20U};
  of.time_ms = minute * 60'000;
  of.made = memscape::steady_time{}.plus_ms((minute + 1) * 60'000);
  return of;
}

TEST_CASE("baselines: the first is kept for ever, and the rest at even distances") {
  baselines kept;
  for (std::uint64_t minute = 0; minute <= 1000; ++minute) {
    kept.keep(at_minute(minute, 100));
    REQUIRE(kept.size() >= (minute < 1 ? 1 : 2));
    CHECK(kept[0].time_ms == 0);
    for (std::size_t i = 1; i < kept.size(); ++i) {
      CHECK(kept[i].time_ms == kept[1].time_ms * i);
    }
    // Nothing that is kept is long ago.
    auto const last = kept[kept.size() - 1].time_ms;
    CHECK(minute * 60'000 - last < std::max<std::uint64_t>(kept[1].time_ms, 60'000));
  }
  CHECK(kept[1].time_ms == 256 * 60'000);
}

TEST_CASE("baselines: growth is told since the latest that it grew from") {
  auto const kept = std::make_unique<memscape::baselines<layout>>();
  CHECK_FALSE(kept->grown(at_minute(0, 100)));
  std::uint64_t rss = 100;
  for (std::uint64_t minute = 0; minute < 640; ++minute) {
    // Four hours of work, and then it grows.
    if (minute > 240) ++rss;
    kept->keep(at_minute(minute, rss));
  }
  auto const since = kept->grown(at_minute(640, rss));
  REQUIRE(since);
  // 128 minutes apart, so at 256 and not at 384.
  CHECK(since->span_ms == (640 - 256) * 60'000);
  CHECK(since->unowned == bytes{(rss - 116) << 20U});
}

TEST_CASE("baselines: growth that takes weeks is seen, and none where it was given back") {
  baselines kept;
  for (std::uint64_t hour = 0; hour < 2000; ++hour) {
    kept.keep(at_minute(hour * 60, 100 + hour / 50));
  }
  auto const since = kept.grown(at_minute(2000 * 60, 140));
  REQUIRE(since);
  CHECK(since->rss == bytes{40U << 20U});
  CHECK(since->span_ms == 2000ULL * 60 * 60'000);
  CHECK_FALSE(kept.grown(at_minute(2000 * 60, 101)));
}

TEST_CASE("baselines: a ledger without RSS is not kept, and takes nobody's turn") {
  baselines kept;
  kept.keep({});
  CHECK(kept.size() == 0);
  kept.keep(at_minute(1, 100));
  CHECK(kept.size() == 1);
  CHECK_FALSE(kept.grown({}));
}

static_assert([] {
  baselines const kept;
  ledger const now;
  return !kept.grown(now) && kept.size() == 0;
}());

TEST_CASE("baselines: since when is told right when the wall clock is set meanwhile") {
  for (std::int64_t const step : {60'000, 3'600'000, 86'400'000}) {
    for (std::int64_t const by : {step, -step}) {
      baselines kept;
      constexpr std::uint64_t start = 1'000'000'000'000;
      for (std::uint64_t minute = 0; minute <= 30; ++minute) {
        auto of = at_minute(minute, 100 + minute * 10);
        // It is set at the tenth minute.
        of.time_ms = start + minute * 60'000 + (minute < 10 ? 0 : static_cast<std::uint64_t>(by));
        auto const grew = kept.grown(of);
        kept.keep(of);
        if (minute < 4) continue;
        REQUIRE(grew);
        CHECK(grew->span_ms % 60'000 == 0);
        CHECK(grew->span_ms <= minute * 60'000);
        // 10 MiB a minute, whatever the wall clock says.
        CHECK(grew->rss.value() == (grew->span_ms / 60'000 * 10) << 20U);
      }
    }
  }
}

}  // namespace
