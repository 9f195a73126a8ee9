// SPDX-License-Identifier: MIT
#include <memscape/exporters/delta_stream.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <ostream>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::delta_policy;
using memscape::delta_stream;
using memscape::frame;
using memscape::frame_kind;
using memscape::snapshot;
using memscape::stream_id;
using test_support::one_leaf;
using test_support::random_layout;
using test_support::random_numbers;
using test_support::random_snapshot;

constexpr stream_id stream_name{0xABC};

/// A stream, its memory, and the snapshots of one leaf that are fed to it.
struct feed {
  delta_stream<one_leaf> stream{stream_name, delta_policy{}};
  std::array<char, delta_stream<one_leaf>::max_size> memory{};
  snapshot<one_leaf> snap{};

  constexpr explicit feed(std::uint64_t rss = 1'000'000) {
    snap.process.rss = bytes{rss};
    snap.nodes.fill({});
  }

  constexpr auto tick(std::uint64_t used, std::uint64_t now_ms) -> frame {
    ++snap.sequence;
    snap.time_ms = now_ms;
    snap.nodes[0].used = bytes{used};
    return stream.next(memory, snap, now_ms);
  }
};

constexpr auto begins_with_a_keyframe() -> bool {
  feed of;
  auto const first = of.tick(1'000, 5'000'000);
  return first.kind == frame_kind::keyframe && first.sequence == 1 &&
         first.text.starts_with("id: 0000000000000abc-1\nevent: snapshot\ndata: {\"seq\":1,");
}
static_assert(begins_with_a_keyframe());

constexpr auto what_is_no_news_is_not_sent() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  return of.tick(100'000, 100).kind == frame_kind::none &&
         of.tick(101'000, 200).kind == frame_kind::none &&
         of.tick(99'000, 300).kind == frame_kind::none && of.stream.last_sent().sequence == 1;
}
static_assert(what_is_no_news_is_not_sent());

constexpr auto a_delta_names_the_frame_it_builds_on() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  (void)of.tick(100'001, 100);
  auto const delta = of.tick(101'001, 200);
  return delta.kind == frame_kind::delta && delta.sequence == 3 &&
         delta.text ==
             "id: 0000000000000abc-3\nevent: delta\ndata: {\"seq\":3,\"base\":1,\"time_ms\":200,"
             "\"sample_ns\":0,\"breakdown\":{\"heap\":101001,\"untracked\":898999},"
             "\"pools\":{\"heap\":{\"used\":101001}}}\n\n";
}
static_assert(a_delta_names_the_frame_it_builds_on());

constexpr auto a_slow_leak_adds_up() -> bool {
  feed of{1'000'000'000'000};
  std::uint64_t used = 1'000'000;
  (void)of.tick(used, 0);
  std::uint64_t seen = used;
  for (std::uint64_t i = 1; i <= 400; ++i) {
    used += used / 1000;
    // Always within a keyframe's reach, so that only news can bring it.
    if (of.tick(used, i).kind == frame_kind::delta) seen = used;
    if (used - seen > seen / 100) return false;
  }
  return seen > 1'400'000;
}

constexpr auto keyframes_bound_how_long_an_error_lasts() -> bool {
  feed of;
  (void)of.tick(100'000, 50);
  return of.tick(200'000, 10'049).kind == frame_kind::delta &&
         of.tick(200'000, 10'050).kind == frame_kind::keyframe &&
         of.tick(200'001, 10'051).kind == frame_kind::none &&
         of.tick(200'001, 20'050).kind == frame_kind::keyframe;
}
static_assert(keyframes_bound_how_long_an_error_lasts());

constexpr auto silence_is_broken_by_alive() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  bool const quiet = of.tick(100'000, 4'999).kind == frame_kind::none;
  auto const alive = of.tick(100'001, 5'000);
  return quiet && alive.kind == frame_kind::alive && alive.sequence == 1 &&
         alive.text == "event: alive\ndata: {\"seq\":1,\"time_ms\":5000}\n\n" &&
         of.stream.last_sent().nodes[0].used == bytes{100'000} &&
         of.tick(100'001, 9'999).kind == frame_kind::none;
}
static_assert(silence_is_broken_by_alive());

constexpr auto a_keyframe_can_be_asked_for() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  of.stream.request_keyframe();
  return of.tick(100'000, 1).kind == frame_kind::keyframe &&
         of.tick(100'000, 2).kind == frame_kind::none;
}
static_assert(a_keyframe_can_be_asked_for());

constexpr auto events_alone_are_no_news_but_travel_with_news() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  of.snap.process.page_faults_minor = count{1'000};
  of.snap.nodes[0].objects = count{9};
  bool const quiet = of.tick(100'000, 1).kind == frame_kind::none;
  auto const delta = of.tick(200'000, 2);
  return quiet && delta.text.find("\"page_faults_minor\":1000") != std::string_view::npos &&
         delta.text.find("\"objects\":9") != std::string_view::npos;
}
static_assert(events_alone_are_no_news_but_travel_with_news());

constexpr auto a_frame_that_does_not_fit_changes_nothing() -> bool {
  feed of;
  (void)of.tick(100'000, 0);
  of.snap.sequence = 2;
  of.snap.nodes[0].used = bytes{200'000};
  std::array<char, 40> small{};
  bool const refused = of.stream.next(small, of.snap, 1).kind == frame_kind::none &&
                       of.stream.last_sent().sequence == 1;
  auto const delta = of.tick(200'000, 2);
  return refused && delta.text.find("\"base\":1,") != std::string_view::npos;
}
static_assert(a_frame_that_does_not_fit_changes_nothing());

// A clock is set by a minute, an hour and a day, forwards and back: the wall clock that snapshots are labelled
// with, and the caller's own, which should not be and yet may.
constexpr auto a_clock_that_is_set_loses_no_frame() -> bool {
  for (std::uint64_t const step : {60'000U, 3'600'000U, 86'400'000U}) {
    for (bool const back : {false, true}) {
      for (bool const callers : {false, true}) {
        feed of;
        std::uint64_t used = 100'000;
        std::uint64_t last_keyframe = 0;
        for (std::uint64_t ms = 0; ms < 60'000; ms += 1'000) {
          std::uint64_t const start = 1'000'000'000'000;
          auto const wall = ms < 30'000 ? start + ms : back ? start + ms - step : start + ms + step;
          ++of.snap.sequence;
          of.snap.time_ms = wall;
          of.snap.nodes[0].used = bytes{used += 10'000};
          auto const sent = of.stream.next(of.memory, of.snap, callers ? wall : ms);
          // There is news at each tick, and never longer without a keyframe than the policy says.
          if (sent.kind != frame_kind::keyframe && sent.kind != frame_kind::delta) return false;
          if (sent.kind == frame_kind::keyframe) last_keyframe = ms;
          if (ms - last_keyframe > 10'000) return false;
        }
      }
    }
  }
  return true;
}

TEST_CASE("delta_stream: a clock that is set loses no frame, and no keyframe is late") {
  CHECK(a_clock_that_is_set_loses_no_frame());
}

TEST_CASE("delta_stream: keyframes, deltas, and signs of life") {
  CHECK(begins_with_a_keyframe());
  CHECK(what_is_no_news_is_not_sent());
  CHECK(a_delta_names_the_frame_it_builds_on());
  CHECK(a_slow_leak_adds_up());
  CHECK(keyframes_bound_how_long_an_error_lasts());
  CHECK(silence_is_broken_by_alive());
  CHECK(a_keyframe_can_be_asked_for());
  CHECK(events_alone_are_no_news_but_travel_with_news());
  CHECK(a_frame_that_does_not_fit_changes_nothing());
}

template <class Layout>
void never_longer_than_max_size(std::uint64_t seed) {
  constexpr auto max_size = delta_stream<Layout>::max_size;
  random_numbers random{seed};
  delta_stream<Layout> stream{stream_name};
  test_support::fenced<max_size> memory;
  std::uint64_t now_ms = 0;
  for (int i = 0; i < 500; ++i) {
    auto const sent =
        stream.next(memory.first(max_size), random_snapshot<Layout>(random), ++now_ms);
    CHECK(sent.kind != frame_kind::none);
    CHECK(memory.intact_behind(max_size));
  }
}

TEST_CASE("delta_stream: no frame passes max_size, and the longest delta needs all of it") {
  never_longer_than_max_size<one_leaf>(1);
  never_longer_than_max_size<random_layout<7>>(2);
  never_longer_than_max_size<random_layout<12>>(3);

  using tree = random_layout<7>;
  delta_stream<tree> stream{stream_id{}};
  std::array<char, delta_stream<tree>::max_size> memory{};
  snapshot<tree> empty{};
  empty.sequence = UINT64_MAX;
  (void)stream.next(memory, empty, 0);
  CHECK(stream.next(memory, memscape::longest_snapshot<tree>(), 1).text.size() == memory.size());
}

}  // namespace
