// SPDX-License-Identifier: MIT
#include <memscape/exporters/sse_json.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/memscape.hpp>
#include <ostream>
#include <span>
#include <string>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::longest_snapshot;
using memscape::snapshot;
using memscape::sse_json;
using memscape::stream_id;
using test_support::deep;
using test_support::fenced;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;
using test_support::random_layout;
using test_support::random_numbers;
using test_support::random_snapshot;

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();
constexpr stream_id stream{0x0123'4567'89AB'CDEF};

constexpr std::string_view data =
    R"({"seq":3,"time_ms":1764000000000,"sample_ns":2100,)"
    R"("process":{"rss":4096,"vms":null,"shared":null,"data":null,"peak_rss":null,)"
    R"("page_faults_minor":null,"page_faults_major":null},)"
    R"("breakdown":{"heap":1024,"untracked":3072,"overcounted":0},)"
    R"("pools":{"heap":{"used":1024,"committed":null,"peak":null,"objects":null,"slots":null}}})";

constexpr auto small_snapshot() -> snapshot<one_leaf> {
  snapshot<one_leaf> snap;
  snap.sequence = 3;
  snap.time_ms = 1'764'000'000'000;
  snap.sample_ns = 2'100;
  snap.process.rss = bytes{4096};
  snap.nodes[0] = {.used = bytes{1024}};
  return snap;
}

constexpr auto is(std::string_view text, std::string_view before, std::string_view middle,
                  std::string_view behind) -> bool {
  return text.starts_with(before) && text.ends_with(behind) &&
         text.size() == before.size() + middle.size() + behind.size() &&
         text.substr(before.size(), middle.size()) == middle;
}

constexpr auto frames_are_exact() -> bool {
  constexpr auto snap = small_snapshot();
  std::array<char, sse_json::max_size<one_leaf>> frame{};
  return is(sse_json::write(frame, snap), "event: snapshot\ndata: ", data, "\n\n") &&
         is(sse_json::write(frame, snap, stream),
            "id: 0123456789abcdef-3\nevent: snapshot\ndata: ", data, "\n\n") &&
         sse_json::write_data(frame, snap) == data;
}
static_assert(frames_are_exact());
TEST_CASE("sse_json: the event snapshot, with an id and without, and its data alone") {
  CHECK(frames_are_exact());
}

constexpr std::string_view layout_frame =
    "retry: 1000\n\nevent: layout\ndata: "
    R"({"protocol":1,"stream":"0123456789abcdef","interval_ms":250,)"
    R"("nodes":[{"key":"heap","label":"Heap","parent":null,"kind":"leaf"}]})"
    "\n\n";

constexpr auto layout_is_exact() -> bool {
  std::array<char, sse_json::max_layout_size<one_leaf>> frame{};
  return sse_json::write_layout<one_leaf>(frame, stream, 250) == layout_frame;
}
static_assert(layout_is_exact());
TEST_CASE("sse_json: a stream begins with the retry time and the event layout") {
  CHECK(layout_is_exact());
}

static_assert(sse_json::protocol == 1);
static_assert(sse_json::content_type == "text/event-stream; charset=utf-8");
static_assert(sse_json::cache_control == "no-store, no-transform");
static_assert(sse_json::accel_buffering == "no");

// What an event-stream parser makes of a text, by the rules of the HTML standard: blocks end at an
// empty line, every line is a known field, and only \n ends lines.
struct blocks {
  int with_data = 0;
  int with_id = 0;
  int events = 0;
  bool well_formed = true;

  constexpr explicit blocks(std::string_view text) {
    bool id = false;
    bool has_data = false;
    bool open = false;
    while (!text.empty()) {
      auto const end = text.find('\n');
      if (end == std::string_view::npos) break;
      auto const line = text.substr(0, end);
      text.remove_prefix(end + 1);
      if (line.find('\r') != std::string_view::npos) well_formed = false;
      if (line.empty()) {
        // An id without data is kept by one browser and dropped by another.
        if (id && !has_data) well_formed = false;
        with_data += has_data ? 1 : 0;
        with_id += id ? 1 : 0;
        id = has_data = open = false;
      } else {
        open = true;
        if (line.starts_with("id: ")) {
          if (id || line.find('\0') != std::string_view::npos) well_formed = false;
          id = true;
        } else if (line.starts_with("event: ")) {
          ++events;
        } else if (line.starts_with("data: ")) {
          if (has_data) well_formed = false;
          has_data = true;
        } else if (line != "retry: 1000") {
          well_formed = false;
        }
      }
    }
    if (!text.empty() || open) well_formed = false;
  }

  constexpr auto are(int data_blocks, int id_blocks) const -> bool {
    return well_formed && with_data == data_blocks && events == data_blocks && with_id == id_blocks;
  }
};

// The judge itself has to see each fault.
static_assert(!blocks{"id: 1\n\n"}.well_formed);
static_assert(!blocks{"data: 1\rx\n\n"}.well_formed);
static_assert(!blocks{"data: 1\n"}.well_formed);
static_assert(!blocks{"data: 1\ndata: 2\n\n"}.well_formed);
static_assert(!blocks{"data: 1\nx\n\n"}.well_formed);

template <class Layout>
constexpr auto parts_are_well_formed() -> bool {
  std::array<char, sse_json::max_size<Layout>> frame{};
  std::array<char, sse_json::max_layout_size<Layout>> layout{};
  snapshot<Layout> const snap{};
  return blocks{sse_json::write(frame, snap)}.are(1, 0) &&
         blocks{sse_json::write(frame, snap, stream)}.are(1, 1) &&
         blocks{sse_json::write_layout<Layout>(layout, stream, 0)}.are(1, 0) &&
         sse_json::write_data(frame, snap).find('\n') == std::string_view::npos;
}
static_assert(parts_are_well_formed<one_leaf>());
static_assert(parts_are_well_formed<hostile>());
TEST_CASE("sse_json: one data line a block, an id only where there is data, whatever labels hold") {
  CHECK(parts_are_well_formed<one_leaf>());
  CHECK(parts_are_well_formed<group_first>());
  CHECK(parts_are_well_formed<deep>());
  CHECK(parts_are_well_formed<hostile>());
  CHECK(parts_are_well_formed<random_layout<1>>());
  CHECK(parts_are_well_formed<random_layout<2>>());
}

TEST_CASE("sse_json: hostile labels stay inside their strings") {
  std::array<char, sse_json::max_layout_size<hostile>> memory{};
  auto const text = sse_json::write_layout<hostile>(memory, stream, 250);
  for (char const c : text) CHECK_FALSE((static_cast<unsigned char>(c) < 0x20 && c != '\n'));
  CHECK(text.find(R"("label":"\"\\\"}],\"")") != std::string_view::npos);
  CHECK(text.find(R"("label":"a\u000d\u000a\u000adata: x)") != std::string_view::npos);
}

// max_size is what the longest snapshot needs, and not a byte more.
template <class Layout>
constexpr auto sizes_are_exact() -> bool {
  constexpr auto size = sse_json::max_size<Layout>;
  constexpr auto layout_size = sse_json::max_layout_size<Layout>;
  fenced<size> frame;
  fenced<layout_size> layout;
  auto const worst = longest_snapshot<Layout>();
  return sse_json::write(frame.first(size), worst, stream).size() == size &&
         sse_json::write(frame.first(size - 1), worst, stream).empty() &&
         frame.intact_behind(size) &&
         sse_json::write_layout<Layout>(layout.first(layout_size), stream, u64_max).size() ==
             layout_size &&
         sse_json::write_layout<Layout>(layout.first(layout_size - 1), stream, u64_max).empty() &&
         layout.intact_behind(layout_size);
}
static_assert(sizes_are_exact<one_leaf>());
TEST_CASE("sse_json: the longest snapshot reaches max_size, and a byte less is too little") {
  CHECK(sizes_are_exact<one_leaf>());
  CHECK(sizes_are_exact<group_first>());
  CHECK(sizes_are_exact<deep>());
  CHECK(sizes_are_exact<hostile>());
  CHECK(sizes_are_exact<random_layout<1>>());
  CHECK(sizes_are_exact<random_layout<2>>());
  CHECK(sizes_are_exact<random_layout<3>>());
  CHECK(sizes_are_exact<random_layout<4>>());
}

template <class Layout>
void no_snapshot_passes_max_size(std::uint64_t seed) {
  random_numbers random{seed};
  constexpr auto size = sse_json::max_size<Layout>;
  for (int i = 0; i < 2000; ++i) {
    auto const snap = random_snapshot<Layout>(random);
    fenced<size> memory;
    auto const frame = sse_json::write(memory.first(size), snap, stream);
    REQUIRE_FALSE(frame.empty());
    REQUIRE(memory.intact_behind(size));
    REQUIRE(blocks{frame}.are(1, 1));
    // The end of the memory is where a writer that is in a hurry would overrun it.
    fenced<size> tight;
    REQUIRE(sse_json::write(tight.first(frame.size()), snap, stream) == frame);
    REQUIRE(tight.intact_behind(frame.size()));
  }
}
TEST_CASE("sse_json: no snapshot passes max_size") {
  no_snapshot_passes_max_size<one_leaf>(1);
  no_snapshot_passes_max_size<group_first>(2);
  no_snapshot_passes_max_size<deep>(3);
  no_snapshot_passes_max_size<hostile>(4);
  no_snapshot_passes_max_size<random_layout<1>>(5);
  no_snapshot_passes_max_size<random_layout<2>>(6);
  no_snapshot_passes_max_size<random_layout<3>>(7);
  no_snapshot_passes_max_size<random_layout<4>>(8);
}

// Every function with every amount of room: a whole frame or none, and the fence stands. Under ASan
// the memory is of that very size.
template <class Layout, class Write>
void whole_or_nothing(Write write) {
  fenced<sse_json::max_size<Layout> + sse_json::max_layout_size<Layout>> memory;
  std::string const whole{
      write(memory.first(sse_json::max_size<Layout> + sse_json::max_layout_size<Layout>))};
  REQUIRE_FALSE(whole.empty());
  for (std::size_t room = 0; room <= whole.size() + 1; ++room) {
    CAPTURE(room);
    fenced<sse_json::max_size<Layout> + sse_json::max_layout_size<Layout>> tight;
    auto const text = write(tight.first(room));
    REQUIRE(text == (room < whole.size() ? std::string_view{} : std::string_view{whole}));
    REQUIRE(tight.intact_behind(room));
    std::string exact(room, '#');
    REQUIRE(write(exact).size() == text.size());
  }
}
TEST_CASE("sse_json: a smaller buffer gives an empty text, and is never overrun") {
  random_numbers random{9};
  auto const any = random_snapshot<group_first>(random);
  auto const worst = longest_snapshot<group_first>();
  for (auto const& snap : {any, worst, snapshot<group_first>{}}) {
    whole_or_nothing<group_first>([&](std::span<char> out) { return sse_json::write(out, snap); });
    whole_or_nothing<group_first>(
        [&](std::span<char> out) { return sse_json::write(out, snap, stream); });
    whole_or_nothing<group_first>(
        [&](std::span<char> out) { return sse_json::write_data(out, snap); });
  }
  whole_or_nothing<hostile>(
      [](std::span<char> out) { return sse_json::write_layout<hostile>(out, stream, 250); });
}

TEST_CASE("sse_json: the frame is a view of the buffer, from its first byte on") {
  std::array<char, sse_json::max_size<one_leaf>> memory{};
  CHECK(sse_json::write(memory, small_snapshot()).data() == memory.data());
}

}  // namespace
