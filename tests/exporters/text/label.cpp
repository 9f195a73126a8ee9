// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/label.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <string>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::text_label;
using memscape::writer;

constexpr bool ascii = false;
constexpr bool unicode = true;

constexpr auto shows(std::string_view label, std::size_t columns, bool how,
                     std::string_view expected, std::size_t taken) -> bool {
  char room[256]{};
  writer to{room};
  return text_label::put(to, label, columns, how) == taken && to.text() == expected;
}

constexpr auto plain_text_stays() -> bool {
  return shows("GC Heap", 80, ascii, "GC Heap", 7) && shows("GC Heap", 80, unicode, "GC Heap", 7) &&
         shows("", 80, ascii, "", 0) && shows("~!@\\", 80, unicode, "~!@\\", 4);
}
static_assert(plain_text_stays());
TEST_CASE("text_label: plain text stays as it is") { CHECK(plain_text_stays()); }

constexpr auto controls_are_escaped() -> bool {
  return shows("\x1b[31mred\x1b[0m", 80, unicode, "\\x1b[31mred\\x1b[0m", 18) &&
         shows("a\nb\tc\r", 80, ascii, "a\\x0ab\\x09c\\x0d", 15) &&
         shows(std::string_view{"\0\x7f", 2}, 80, ascii, "\\x00\\x7f", 8) &&
         // CSI in one character
         shows(
             "\u009b"
             "2J",
             80, unicode, "\\x9b2J", 6);
}
static_assert(controls_are_escaped());
TEST_CASE("text_label: controls are escaped") { CHECK(controls_are_escaped()); }

constexpr auto bytes_that_are_no_utf8() -> bool {
  return shows("\xff\xc0\x80", 80, unicode, "\ufffd\ufffd\ufffd", 3) &&
         shows("\xff\xc0\x80", 80, ascii, "???", 3) &&
         shows("cut \xE2\x82", 80, unicode, "cut \ufffd\ufffd", 6);
}
static_assert(bytes_that_are_no_utf8());
TEST_CASE("text_label: bytes that are no UTF-8 are marked") { CHECK(bytes_that_are_no_utf8()); }

constexpr auto other_scripts() -> bool {
  return shows("Größe 内存", 80, unicode, "Größe 内存", 10) &&
         shows("Größe 内存", 80, ascii, "Gr??e ??", 8) &&
         shows("e\u0301te\u0301", 80, unicode, "e\u0301te\u0301", 3) &&
         shows("e\u0301te\u0301", 80, ascii, "ete", 3) &&
         // marks that pile up, and one with nothing of its own to stand on
         shows("a\u0300\u0301\u0302\u0303", 80, unicode, "a\u0300\u0301", 1) &&
         shows("\u0301x", 80, unicode, "x", 1);
}
static_assert(other_scripts());
TEST_CASE("text_label: wide characters take two columns, marks none") { CHECK(other_scripts()); }

constexpr auto what_is_not_seen_is_left_out() -> bool {
  return shows(
             "a\u202e"
             "b\u2066"
             "c",
             80, unicode, "abc", 3) &&
         shows(
             "a\u200b"
             "b",
             80, ascii, "ab", 2) &&
         shows("x\u2028y", 80, unicode, "xy", 2);
}
static_assert(what_is_not_seen_is_left_out());
TEST_CASE("text_label: what is not seen, or turns the writing, is left out") {
  CHECK(what_is_not_seen_is_left_out());
}

constexpr auto cut_where_the_columns_end() -> bool {
  return shows("abcdef", 6, ascii, "abcdef", 6) && shows("abcdefg", 6, ascii, "abcde~", 6) &&
         shows("abcdefg", 6, unicode, "abcde\u2026", 6) && shows("abc", 0, ascii, "", 0) &&
         shows("abc", 1, ascii, "~", 1) && shows("内存内存", 8, unicode, "内存内存", 8) &&
         shows("内存内存", 7, unicode, "内存内\u2026", 7) &&
         shows("内存内存", 6, unicode, "内存\u2026", 5) &&
         // an escape is whole or not there
         shows("ab\x1b", 6, ascii, "ab\\x1b", 6) && shows("ab\x1b", 5, ascii, "ab~", 3);
}
static_assert(cut_where_the_columns_end());
TEST_CASE("text_label: a text is cut where its columns end") { CHECK(cut_where_the_columns_end()); }

TEST_CASE("text_label: of any bytes, what comes out is safe, and as wide as it says") {
  test_support::random_numbers random{1};
  constexpr std::string_view samples[] = {"\x1b",   "\n",     "a",    "内",
                                          "\u0301", "\u202e", "\xff", "\u009b"};
  for (int i = 0; i < 5'000; ++i) {
    std::string label;
    for (auto n = random.below(12); n > 0; --n) {
      if (random.below(2) == 0) label += static_cast<char>(random.next() & 0xFFU);
      if (random.below(2) == 0) label += samples[random.below(std::size(samples))];
    }
    for (bool const how : {ascii, unicode}) {
      std::string room(200, '\0');
      writer to{room};
      auto const columns = static_cast<std::size_t>(random.below(20));
      auto const taken = text_label::put(to, label, columns, how);
      REQUIRE(taken <= columns);
      std::size_t seen = 0;
      for (auto rest = to.text(); !rest.empty();) {
        auto const size = memscape::utf8_sequence(rest);
        auto const first = static_cast<unsigned char>(rest[0]);
        REQUIRE(size > 0);
        REQUIRE((how == unicode || size == 1));
        REQUIRE((size > 1 || (first >= 0x20 && first < 0x7F)));
        // U+0080 to U+009F
        REQUIRE_FALSE((first == 0xC2 && static_cast<unsigned char>(rest[1]) < 0xA0));
        seen += text_label::columns_of(rest.substr(0, size), unicode);
        rest.remove_prefix(size);
      }
      REQUIRE(seen == taken);
      REQUIRE((text_label::columns_of(label, how) > columns ||
               taken == text_label::columns_of(label, how)));
    }
  }
}

constexpr auto keeps_both_ends() -> bool {
  auto const ends = [](std::string_view label, std::size_t columns, bool how,
                       std::string_view expected, std::size_t taken) {
    char room[256]{};
    writer to{room};
    return text_label::put_ends(to, label, columns, how) == taken && to.text() == expected;
  };
  return ends("GC Heap / Malloc", 16, ascii, "GC Heap / Malloc", 16) &&
         ends("GC Heap / Malloc", 13, ascii, "GC Hea~Malloc", 13) &&
         ends("GC Heap / Malloc", 12, ascii, "GC Hea~alloc", 12) &&
         ends("GC Heap / Malloc", 3, ascii, "G~c", 3) && ends("GC Heap", 2, ascii, "G~", 2) &&
         ends("GC Heap", 0, ascii, "", 0) && ends("\xFF\xFF\xFF\xFF", 3, ascii, "?~?", 3) &&
         // A wide character and one with a mark on it are not torn.
         ends("\u4E2D\u4E2D\u4E2D\u4E2D", 5, unicode, "\u4E2D\u2026\u4E2D", 5) &&
         ends("ae\u0301ae\u0301", 3, unicode, "a\u2026e\u0301", 3);
}
static_assert(keeps_both_ends());
TEST_CASE("text_label: what is cut in the middle keeps both ends") { CHECK(keeps_both_ends()); }

}  // namespace
