// SPDX-License-Identifier: MIT
#include "text.hpp"

#include <clocale>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <optional>
#include <string>

using watch::printable;

namespace {

constexpr watch::charset ascii{.utf8 = false};
constexpr watch::charset utf8{.utf8 = true};

// wcwidth asks the locale.
bool const in_utf8 = std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr;

}  // namespace

TEST_CASE("controls never reach the terminal") {
  CHECK(printable("\x1b[31mred\x1b[0m", 80, utf8) == "?[31mred?[0m");
  CHECK(printable("a\nb\tc\rd\x07"
                  "e\x7f",
                  80, ascii) == "a?b?c?d?e?");
  for (int c = 0; c < 0x20; ++c) {
    CHECK(printable(std::string(1, static_cast<char>(c)), 80, utf8) == "?");
  }
  CHECK(printable("\xff\xc0\x80", 80, utf8) == "???");
}

TEST_CASE("in UTF-8, what controls the terminal or the direction of writing goes too") {
  if (!in_utf8) return;
  CHECK(printable("Größe 内存", 80, utf8) == "Größe 内存");
  CHECK(printable("\xC2\x9B"
                  "31m",
                  80, utf8) == "?31m");  // C1 CSI
  CHECK(printable("a\xE2\x80\xAE"
                  "b\xE2\x81\xA6"
                  "c",
                  80, utf8) == "abc");  // RLO, LRI
  CHECK(printable("a\xE2\x80\x8B"
                  "b",
                  80, utf8) == "ab");                      // zero width space
  CHECK(printable("e\xCC\x81\xCC\x81", 80, utf8) == "e");  // marks that pile up
  CHECK(printable("Größe", 80, ascii) == "Gr??e");
}

TEST_CASE("a text is cut where its columns end") {
  CHECK(printable("abcdef", 6, ascii) == "abcdef");
  CHECK(printable("abcdefg", 6, ascii) == "abcde~");
  CHECK(printable("abc", 0, ascii).empty());
  CHECK(printable("abc", 1, ascii) == "~");
  if (!in_utf8) return;
  CHECK(printable("abcdefg", 6, utf8) == "abcde…");
  CHECK(printable("内存内存", 8, utf8) == "内存内存");
  CHECK(printable("内存内存", 7, utf8) == "内存内…");
  CHECK(printable("内存内存", 6, utf8) == "内存…");
  CHECK(watch::columns_of(printable("内存内存", 6, utf8), utf8) == 5);
}

TEST_CASE("texts are padded by columns, not by bytes") {
  CHECK(watch::left("ab", 4, ascii) == "ab  ");
  CHECK(watch::right("ab", 4, ascii) == "  ab");
  CHECK(watch::right("abcde", 4, ascii) == "abcde");
  if (in_utf8) CHECK(watch::left("ä内", 4, utf8) == "ä内 ");
}

TEST_CASE("amounts have three digits, and what was not measured is no zero") {
  CHECK(watch::bytes_text(0) == "0 B");
  CHECK(watch::bytes_text(1023) == "1023 B");
  CHECK(watch::bytes_text(1024) == "1.00 KiB");
  CHECK(watch::bytes_text(1'500'000) == "1.43 MiB");
  CHECK(watch::bytes_text(256ULL << 20U) == "256 MiB");
  CHECK(watch::bytes_text((1ULL << 20U) - 400) == "1.00 MiB");
  CHECK(watch::bytes_text(std::numeric_limits<std::uint64_t>::max()) == "16.0 EiB");
  CHECK(watch::bytes_text(std::nullopt) == "-");
  CHECK(watch::count_text(1'234'567) == "1,234,567");
  CHECK(watch::count_text(123) == "123");
  CHECK(watch::count_text(std::nullopt) == "-");
  CHECK(watch::nanoseconds_text(950, ascii) == "950 ns");
  CHECK(watch::nanoseconds_text(2100, ascii) == "2.10 us");
  CHECK(watch::nanoseconds_text(2100, utf8) == "2.10 µs");
  CHECK(watch::nanoseconds_text(1'300'000, ascii) == "1.30 ms");
  CHECK(watch::nanoseconds_text(3'000'000'000, ascii) == "3.00 s");
}

TEST_CASE("shares are of something") {
  CHECK(watch::percent_text(1, 3) == "33.3%");
  CHECK(watch::percent_text(3, 3) == "100.0%");
  CHECK(watch::percent_text(30, 3) == "1000%");
  CHECK(watch::percent_text(std::numeric_limits<std::uint64_t>::max(), 1) == ">9999%");
  CHECK(watch::percent_text(1, 0) == "-");
  CHECK(watch::percent_text(1, std::nullopt) == "-");
}

TEST_CASE("a bar shows what is there, and no more than fits") {
  CHECK(watch::bar(0, 10, 10, ascii) == "..........");
  CHECK(watch::bar(5, 10, 10, ascii) == "#####.....");
  CHECK(watch::bar(10, 10, 10, ascii) == "##########");
  CHECK(watch::bar(20, 10, 10, ascii) == "##########");
  CHECK(watch::bar(1, 1'000'000, 4, ascii) == "#...");
  CHECK(watch::bar(1, 0, 4, ascii) == "....");
  CHECK(watch::bar(1, 2, 0, ascii).empty());
  CHECK(watch::bar(5, 16, 4, utf8) == "█▎░░");
  CHECK(watch::bar(1, 1'000'000, 2, utf8) == "▏░");
}
