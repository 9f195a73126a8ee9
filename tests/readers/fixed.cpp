// SPDX-License-Identifier: MIT
#include <memscape/readers/fixed.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <memscape/core/extended_memory.hpp>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::fixed_clock;
using memscape::fixed_reader;
using memscape::process_memory;
using memscape::read_step;

static_assert(memscape::memory_reader<fixed_reader<2>>);
static_assert(memscape::snapshot_clock<fixed_clock>);
static_assert(std::is_same_v<fixed_reader<1>::clock_type, fixed_clock>,
              "with replayed readings, time is replayed too");
static_assert(!std::is_default_constructible_v<fixed_reader<1>>, "there is a reading to give");

TEST_CASE("fixed: replays its readings in order, and then the last one again") {
  constexpr auto test = [] {
    fixed_reader reader{process_memory{.rss = bytes{1}}, process_memory{.rss = bytes{2}},
                        process_memory{.rss = bytes{3}}};
    for (std::uint64_t const rss : {1U, 2U, 3U, 3U, 3U}) {
      if (reader.read().rss != bytes{rss}) return false;
    }
    return true;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed: gives each reading whole, failures included") {
  constexpr auto test = [] {
    process_memory failed{.page_faults_minor = memscape::count{9}};
    failed.errors.add({read_step::read_statm, 5});
    return fixed_reader{failed}.read() == failed;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed: replays readings that say more") {
  constexpr auto test = [] {
    memscape::extended_memory detail;
    detail.rss = bytes{1};
    detail.uss = bytes{2};
    fixed_reader reader{detail};
    static_assert(std::is_same_v<decltype(reader.read()), memscape::extended_memory>);
    return reader.read() == detail;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed: a copy begins where the original stands") {
  constexpr auto test = [] {
    fixed_reader reader{process_memory{.rss = bytes{1}}, process_memory{.rss = bytes{2}}};
    static_cast<void>(reader.read());
    auto copy = reader;
    return copy.read().rss == bytes{2} && reader.read().rss == bytes{2};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed: snapshots begin and end when the clock was told") {
  constexpr auto test = [] {
    fixed_clock clock{.next_ns = 100, .interval_ns = 50, .sample_ns = 7};
    return clock.now_ns() == 100 && clock.now_ns() == 107 && clock.now_ns() == 150 &&
           clock.now_ns() == 157 && fixed_clock{}.now_ns() == 0;
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
