// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/lines.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>

namespace {

using memscape::text_lines;
using memscape::text_options;
using memscape::text_style;
using memscape::writer;

template <class Write>
constexpr auto writes(text_options const& how, std::string_view expected, Write write) -> bool {
  char room[300]{};
  writer to{room};
  text_lines<writer> lines{to, how};
  write(lines);
  return to.text() == expected;
}

constexpr auto pieces_go_where_they_fit() -> bool {
  auto const three = [](auto& lines) {
    lines.piece(" | ", {}, "seven c");
    lines.piece(" | ", {}, "seven", " c");
    lines.piece(" | ", {}, "seven c");
    lines.end();
    lines.end();
  };
  return writes({.columns = 27}, "seven c | seven c | seven c\n", three) &&
         writes({.columns = 26}, "seven c | seven c\nseven c\n", three) &&
         writes({.columns = 3}, "seven c | seven c\nseven c\n", three);  // 20 at least
}
static_assert(pieces_go_where_they_fit());
TEST_CASE("text_lines: a piece that does not fit begins a line") {
  CHECK(pieces_go_where_they_fit());
}

constexpr auto long_pieces_are_cut() -> bool {
  return writes({.columns = 20}, "first\nof a length that no~\n", [](auto& lines) {
    lines.piece(" ", {}, "first");
    lines.piece(" ", {}, "of a length", " that no line has");
    lines.end();
  });
}
static_assert(long_pieces_are_cut());
// A cut between two parts must show too.
constexpr auto nothing_is_lost_in_silence() -> bool {
  return writes({.columns = 20}, "exactly twenty colu~\n", [](auto& lines) {
    lines.piece(" ", {}, "exactly twenty colum", "24");
    lines.end();
  });
}
static_assert(nothing_is_lost_in_silence());
TEST_CASE("text_lines: one that fits no line is cut") {
  CHECK(long_pieces_are_cut());
  CHECK(nothing_is_lost_in_silence());
}

constexpr auto what_goes_on_hangs() -> bool {
  return writes({.columns = 20},
                "- a sentence that\n"
                "  goes on in more\n"
                "  lines_than_there_~\n"
                "next\n",
                [](auto& lines) {
                  lines.hang(2);
                  for (auto const word : {"-", "a", "sentence", "that", "goes", "on", "in", "more",
                                          "lines_than_there_were"}) {
                    lines.piece(" ", {}, word);
                  }
                  lines.end();
                  lines.hang(0);
                  lines.piece(" ", {}, "next");
                  lines.end();
                });
}
static_assert(what_goes_on_hangs());
TEST_CASE("text_lines: what a sentence goes on in hangs below it") { CHECK(what_goes_on_hangs()); }

constexpr auto strange_pieces_are_made_safe() -> bool {
  return writes({.unicode = true}, "a\\x1b[2J\n", [](auto& lines) {
    lines.piece(" ", {}, "a\x1b[2J");
    lines.end();
  });
}
static_assert(strange_pieces_are_made_safe());
TEST_CASE("text_lines: pieces of any bytes") { CHECK(strange_pieces_are_made_safe()); }

constexpr auto colours_when_asked() -> bool {
  auto const some = [](auto& lines) { lines.piece(" ", text_style::yellow, "over"); };
  return writes({}, "over", some) && writes({.colour = true}, "\x1b[33mover\x1b[0m", some) &&
         writes({.colour = true}, "over", [](auto& lines) { lines.piece(" ", {}, "over"); });
}
static_assert(colours_when_asked());
TEST_CASE("text_lines: styles only where colours are wanted") { CHECK(colours_when_asked()); }

constexpr auto cells_and_rules() -> bool {
  return writes({}, "   12 |---",
                [](auto& lines) {
                  lines.cell("12", 4);
                  lines.blanks(0);
                  lines.piece("", {}, " |");
                  lines.rule(3);
                }) &&
         writes({.unicode = true}, "\u2500\u2500", [](auto& lines) { lines.rule(2); });
}
static_assert(cells_and_rules());
TEST_CASE("text_lines: cells at the right, and rules of any length") {
  CHECK(cells_and_rules());
  writer counter;
  text_options const how{};
  text_lines<writer> lines{counter, how};
  lines.rule(1'000);
  CHECK(counter.size() == 1'000);
}

}  // namespace
