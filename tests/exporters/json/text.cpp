// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/text.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <ostream>
#include <span>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::put_json_string;
using memscape::utf8_sequence;
using memscape::writer;
using namespace std::string_view_literals;

struct json_of {
  std::array<char, 256> memory{};
  std::string_view text{};

  constexpr explicit json_of(std::string_view of) {
    writer to{memory};
    put_json_string(to, of);
    text = to.text();
  }
  json_of(json_of const&) = delete;
  auto operator=(json_of const&) -> json_of& = delete;
};

constexpr auto becomes(std::string_view text, std::string_view json) -> bool {
  return json_of{text}.text == json;
}

constexpr auto plain_text_is_quoted() -> bool {
  return becomes("", R"("")") && becomes("GC Heap", R"("GC Heap")") &&
         becomes("Größe, размер, 大きさ, 🧠", R"("Größe, размер, 大きさ, 🧠")");
}
static_assert(plain_text_is_quoted());
TEST_CASE("json_text: text is quoted, and UTF-8 passes as it is") { CHECK(plain_text_is_quoted()); }

constexpr auto escapes_what_would_end_the_string() -> bool {
  return becomes(R"(")", R"("\"")") && becomes(R"(\)", R"("\\")") &&
         becomes(R"(\")", R"("\\\"")") && becomes(R"(","x":")", R"("\",\"x\":\"")") &&
         becomes("</script>", R"("</script>")") && becomes("\\u0041", R"("\\u0041")");
}
static_assert(escapes_what_would_end_the_string());
TEST_CASE("json_text: quotes and backslashes are escaped") {
  CHECK(escapes_what_would_end_the_string());
}

// Each of the 256 bytes alone, and what becomes of it.
constexpr auto every_byte_alone(int byte) -> bool {
  auto const c = static_cast<char>(byte);
  json_of const json{{&c, 1}};
  auto const inner = json.text.substr(1, json.text.size() - 2);
  if (json.text.front() != '"' || json.text.back() != '"') return false;
  if (byte < 0x20) {
    char const expected[] = {
        '\\', 'u', '0', '0', "0123456789abcdef"[byte / 16], "0123456789abcdef"[byte % 16]};
    return inner == std::string_view{expected, sizeof expected};
  }
  if (byte >= 0x80) return inner == R"(\ufffd)";
  if (c == '"' || c == '\\') return inner.size() == 2 && inner[0] == '\\' && inner[1] == c;
  return inner == std::string_view{&c, 1};
}
constexpr auto every_byte() -> bool {
  for (int byte = 0; byte < 256; ++byte) {
    if (!every_byte_alone(byte)) return false;
  }
  return true;
}
static_assert(every_byte());
TEST_CASE("json_text: every byte alone") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    CHECK(every_byte_alone(byte));
  }
}

constexpr auto odd_but_legal_characters_pass() -> bool {
  // DEL is no control character to JSON; U+2028 and U+2029 end lines in JavaScript before 2019, and
  // neither in JSON nor in a stream of events.
  return becomes("\x7F", "\"\x7F\"") && becomes("\u2028\u2029", "\"\u2028\u2029\"") &&
         becomes("\uFEFF", "\"\uFEFF\"") && becomes("\u0080", "\"\u0080\"") &&
         becomes("a\0b"sv, R"("a\u0000b")") && becomes("\r\n", R"("\u000d\u000a")");
}
static_assert(odd_but_legal_characters_pass());
TEST_CASE("json_text: NUL, line ends, DEL, U+2028 and the byte order mark") {
  CHECK(odd_but_legal_characters_pass());
}

struct utf8_case {
  std::string_view text;
  std::size_t size;
  char const* why;
};
constexpr utf8_case utf8_cases[] = {
    {"", 0, "nothing"},
    {"\0"sv, 1, "NUL"},
    {"\x7F", 1, "the last of one byte"},
    {"\x80", 0, "a tail alone"},
    {"\xBF", 0, "a tail alone"},
    {"\xC0\x80", 0, "overlong NUL"},
    {"\xC1\xBF", 0, "overlong DEL"},
    {"\xC2\x80", 2, "the first of two bytes"},
    {"\xDF\xBF", 2, "the last of two bytes"},
    {"\xC2", 0, "cut"},
    {"\xC2\x7F", 0, "no tail"},
    {"\xC2\xC0", 0, "no tail"},
    {"\xE0\x80\x80", 0, "overlong"},
    {"\xE0\x9F\xBF", 0, "overlong"},
    {"\xE0\xA0\x80", 3, "the first of three bytes"},
    {"\xED\x9F\xBF", 3, "the last before the surrogates"},
    {"\xED\xA0\x80", 0, "the first surrogate"},
    {"\xED\xBF\xBF", 0, "the last surrogate"},
    {"\xEE\x80\x80", 3, "the first behind the surrogates"},
    {"\xEF\xBF\xBD", 3, "U+FFFD itself"},
    {"\xEF\xBF\xBF", 3, "the last of three bytes, no character, and legal"},
    {"\xE2\x82", 0, "cut"},
    {"\xE2", 0, "cut"},
    {"\xE2\x82\x41", 0, "no tail"},
    {"\xF0\x80\x80\x80", 0, "overlong"},
    {"\xF0\x8F\xBF\xBF", 0, "overlong"},
    {"\xF0\x90\x80\x80", 4, "the first of four bytes"},
    {"\xF4\x8F\xBF\xBF", 4, "U+10FFFF"},
    {"\xF4\x90\x80\x80", 0, "past U+10FFFF"},
    {"\xF5\x80\x80\x80", 0, "past U+10FFFF"},
    {"\xF8\x88\x80\x80\x80", 0, "five bytes"},
    {"\xFE", 0, "never in UTF-8"},
    {"\xFF", 0, "never in UTF-8"},
    {"\xF0\x9F\xA7", 0, "cut"},
    {"\xF0\x9F\xA7\x41", 0, "no tail"},
    {"\xE2\x82\xAC\xE2\x82\xAC", 3, "only the first of two"},
};
constexpr auto knows_utf8() -> bool {
  for (auto const& one : utf8_cases) {
    if (utf8_sequence(one.text) != one.size) return false;
  }
  return true;
}
static_assert(knows_utf8());
TEST_CASE("json_text: what is UTF-8 and what is not") {
  for (auto const& one : utf8_cases) {
    CAPTURE(one.why);
    CHECK(utf8_sequence(one.text) == one.size);
  }
}

// The view ends where it says: a tail behind it is another's byte.
constexpr auto reads_no_further_than_the_text() -> bool {
  constexpr std::string_view euro = "\xE2\x82\xAC";
  return becomes(euro.substr(0, 2), R"("\ufffd\ufffd")") &&
         becomes(euro.substr(0, 1), R"("\ufffd")") && becomes(euro.substr(1), R"("\ufffd\ufffd")");
}
static_assert(reads_no_further_than_the_text());
TEST_CASE("json_text: a sequence that is cut ends with the text") {
  CHECK(reads_no_further_than_the_text());
}

constexpr auto goes_on_behind_a_bad_byte() -> bool {
  return becomes("a\xFFz", R"("a\ufffdz")") && becomes("\xC3\"", R"("\ufffd\"")") &&
         becomes("\xED\xA0\x80!", R"("\ufffd\ufffd\ufffd!")") &&
         becomes("\xE2\x82ä", R"("\ufffd\ufffdä")") &&
         becomes("\xF0\x9F\xA7\\", R"("\ufffd\ufffd\ufffd\\")");
}
static_assert(goes_on_behind_a_bad_byte());
TEST_CASE("json_text: a bad byte becomes U+FFFD and takes no neighbour along") {
  CHECK(goes_on_behind_a_bad_byte());
}

TEST_CASE("json_text: no room, no text, and no byte past the end") {
  constexpr std::string_view hostile = "a\"\\\n\xFF\xE2\x82\xAC";
  json_of const expected{hostile};
  for (std::size_t room = 0; room <= expected.text.size() + 1; ++room) {
    CAPTURE(room);
    test_support::fenced<64> memory;
    writer to{memory.first(room)};
    put_json_string(to, hostile);
    CHECK(to.size() == expected.text.size());
    CHECK(to.text() == (room < expected.text.size() ? std::string_view{} : expected.text));
    CHECK(memory.intact_behind(room));
  }
}

}  // namespace
