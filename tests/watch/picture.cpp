// SPDX-License-Identifier: MIT
#include "picture.hpp"

#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <vector>

using memscape::bytes;
using memscape::count;
using memscape::decoded_snapshot;
using memscape::decoded_tree;
using memscape::text_options;
using watch::draw;
using watch::draw_link;
using watch::link_text;

namespace {

auto tree() -> decoded_tree {
  decoded_tree nodes;
  CHECK(nodes.add("arena", "Arena", std::nullopt, false) == "");
  CHECK(nodes.add("heap", "Heap", std::nullopt, true) == "");
  CHECK(nodes.add("small", "Small \x1b[2J", "heap", false) == "");
  CHECK(nodes.finish() == "");
  return nodes;
}

auto snapshot() -> decoded_snapshot {
  decoded_snapshot of;
  of.sequence = 1234;
  of.sample_ns = 950;
  of.process.rss = bytes{4000};
  of.process.page_faults_minor = count{5000};
  of.nodes = {{.used = bytes{1000}}, {.used = bytes{2000}}, {.used = bytes{2000}}};
  of.untracked = bytes{1000};
  of.overcounted = bytes{0};
  return of;
}

}  // namespace

TEST_CASE("a picture is the library's, of a tree that came with the stream") {
  auto const of = snapshot();
  CHECK(draw(tree(), &of, {.columns = 50}) ==
        std::vector<std::string>{"Arena            ####.............   1000 B  25.0%",
                                 "Heap             #########........ 1.95 KiB  50.0%",
                                 "`- Small \\x1b[2J #########........ 1.95 KiB  50.0%",
                                 "Untracked        ####.............   1000 B  25.0%",
                                 "--------------------------------------------------",
                                 "RSS 3.91 KiB | peak - | VMS -", "faults 5,000 minor, - major",
                                 "amounts are what subsystems say they use,", "in RAM or not",
                                 "- not known on this system"});
}

TEST_CASE("no line is wider than the terminal") {
  auto const of = snapshot();
  for (std::size_t columns = 20; columns < 200; ++columns) {
    for (auto const& line : draw(tree(), &of, {.columns = columns})) {
      CHECK(line.size() <= columns);
    }
    CHECK(draw_link({.word = "live", .detail = "x\x1b[0m"}, &of, {.columns = columns}).size() <=
          columns);
  }
}

TEST_CASE("what could not be read has its reason, also one of another version") {
  auto of = snapshot();
  of.process = {};
  of.untracked = of.overcounted = std::nullopt;
  of.errors = {{"open_statm", 24}, {"of\x1btomorrow", -1}};
  auto const lines = draw(tree(), &of, {.columns = 60});
  CHECK(lines.at(5) == "RSS - | peak - | VMS - | faults - minor, - major");
  CHECK(lines.at(7) == "- not read: open_statm, code 24; of\\x1btomorrow, code -1");
}

TEST_CASE("times of the sampler") {
  CHECK(watch::nanoseconds_text(950, false) == "950 ns");
  CHECK(watch::nanoseconds_text(2100, false) == "2.10 us");
  CHECK(watch::nanoseconds_text(2100, true) == "2.10 µs");
  CHECK(watch::nanoseconds_text(999'600, true) == "1.00 ms");
  CHECK(watch::nanoseconds_text(1'300'000, false) == "1.30 ms");
  CHECK(watch::nanoseconds_text(3'000'000'000, false) == "3.00 s");
}

TEST_CASE("before a snapshot there are no numbers") {
  CHECK(draw(decoded_tree{}, nullptr, {}) == std::vector<std::string>{"no layout yet"});
  CHECK(draw(tree(), nullptr, {}) == std::vector<std::string>{"no snapshot yet"});
}

TEST_CASE("the last line says how the connection is") {
  auto const of = snapshot();
  CHECK(draw_link({.word = "live"}, &of, {}) == "live  snapshot 1,234, sampled in 950 ns");
  CHECK(draw_link({link_text::mood::bad, "reconnecting in 2 s", "it ended"}, nullptr, {}) ==
        "reconnecting in 2 s  it ended");
  text_options const coloured{.colour = true};
  CHECK(draw_link({.word = "live"}, nullptr, coloured) == "\x1b[32mlive\x1b[0m");
  CHECK(draw_link({link_text::mood::bad, "gone", ""}, nullptr, coloured) == "\x1b[31mgone\x1b[0m");
}
