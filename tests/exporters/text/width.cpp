// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/width.hpp>

#include <wchar.h>

#include <clocale>
#include <doctest/doctest.h>
#include <string>

namespace {

using memscape::text_width;

constexpr auto widths_of_some() -> bool {
  return text_width::columns_of(U'a') == 1 && text_width::columns_of(U'\u00e9') == 1 &&
         text_width::columns_of(U'\u0301') == 0 && text_width::columns_of(U'\u093f') == 1 &&
         text_width::columns_of(U'\u0941') == 0 && text_width::columns_of(U'\u5185') == 2 &&
         text_width::columns_of(U'\uac00') == 2 && text_width::columns_of(U'\U0001f4be') == 2 &&
         text_width::columns_of(U'\u2588') == 1 && text_width::columns_of(U'\uff21') == 2 &&
         text_width::columns_of(U'\U0010ffff') == 1;
}
static_assert(widths_of_some());
TEST_CASE("text_width: letters, marks, ideographs, syllables, emoji") { CHECK(widths_of_some()); }

// Characters that Unicode got with 15 and 16, and code points that it keeps for ideographs.
constexpr auto widths_of_new_ones() -> bool {
  for (char32_t const code : {0x1FAF7U, 0x1FAF8U, 0x31350U, 0x323AFU, 0x2FFCU, 0x4DFFU, 0x18CFFU,
                              0x1FAE9U, 0x323B0U, 0x2FA1EU, 0x3FFFDU, 0xFADAU}) {
    if (text_width::columns_of(code) != 2) return false;
  }
  for (char32_t const code : {0x0ECEU, 0x10EFDU, 0x11241U, 0x1E08FU, 0x1E4ECU, 0x0897U, 0x113D0U}) {
    if (text_width::columns_of(code) != 0) return false;
  }
  return true;
}
static_assert(widths_of_new_ones());
TEST_CASE("text_width: characters of Unicode 15 and 16, and unassigned ideographs") {
  CHECK(widths_of_new_ones());
}

constexpr auto what_takes_no_column() -> bool {
  for (char32_t const code : {0x200BU, 0x200DU, 0x2060U, 0xFE0FU, 0xE0020U, 0x1160U, 0x11FFU,
                              0xD7CBU, 0x20E3U, 0x034FU, 0xFFF0U, 0xFEFFU, 0x13430U}) {
    if (text_width::columns_of(code) != 0) return false;
  }
  // Signs in front of a number, a soft hyphen and a half-width filler are seen; ambiguous ones are narrow.
  for (char32_t const code : {0x0600U, 0x00ADU, 0xFFA0U, 0x00A1U, 0x2018U, 0xE000U, 0x1F1E6U}) {
    if (text_width::columns_of(code) != 1) return false;
  }
  return text_width::columns_of(0x115F) == 2 && text_width::columns_of(0x3164) == 2;
}
static_assert(what_takes_no_column());
TEST_CASE(
    "text_width: format characters and parts of syllables take no column, ambiguous ones one") {
  CHECK(what_takes_no_column());
}

constexpr auto what_is_not_seen() -> bool {
  for (char32_t const code :
       {0xADU, 0x200BU, 0x200DU, 0x202EU, 0x2028U, 0x2066U, 0xFEFFU, 0xFE0FU, 0xE0001U, 0x061CU}) {
    if (!text_width::is_invisible(code)) return false;
  }
  return !text_width::is_invisible(U'a') && !text_width::is_invisible(U'\u00a0') &&
         !text_width::is_invisible(U'\u2010') && !text_width::is_invisible(U'\u5185');
}
static_assert(what_is_not_seen());
TEST_CASE("text_width: what turns, joins or separates is not seen") { CHECK(what_is_not_seen()); }

// The C library has tables of its own, perhaps of another version of Unicode: characters of scripts that
// one of the two does not know yet differ.
TEST_CASE("text_width: as the C library has it") {
  std::string const before = std::setlocale(LC_CTYPE, nullptr);
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) return;
  int compared = 0;
  int differing = 0;
  for (char32_t code = 0xA0; code < 0x110000; ++code) {
    int const expected = ::wcwidth(static_cast<wchar_t>(code));
    if (expected < 0 || text_width::is_invisible(code)) continue;
    ++compared;
    differing += static_cast<unsigned>(expected) == text_width::columns_of(code) ? 0 : 1;
  }
  std::setlocale(LC_CTYPE, before.c_str());
  CAPTURE(differing);
  CHECK(compared > 100'000);
  CHECK(differing < 500);
}

}  // namespace
