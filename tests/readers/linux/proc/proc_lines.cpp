// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/proc_lines.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <optional>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::has_word;
using memscape::parse_kib;
using memscape::parse_number;
using memscape::put_kib;
using memscape::take_line;
using memscape::take_prefix;
using namespace std::literals;

TEST_CASE("proc_lines: takes lines off the front, and none that was cut") {
  constexpr auto test = [] {
    auto text = "one\n\nthree\ncut"sv;
    bool const taken = take_line(text) == "one"sv && take_line(text) == ""sv &&
                       take_line(text) == "three"sv && text == "cut";
    return taken && !take_line(text) && text == "cut";
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("proc_lines: takes a prefix where it stands") {
  constexpr auto test = [] {
    auto text = "Key: 1"sv;
    return take_prefix(text, "Key:") && text == " 1" && !take_prefix(text, "Key:") && text == " 1";
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("proc_lines: a number is all of the text but the blanks before it") {
  constexpr auto test = [] {
    return parse_number("\t12") == 12U && parse_number("12") == 12U && !parse_number("12 ") &&
           !parse_number("-12") && !parse_number("+12") && !parse_number("") &&
           !parse_number(" \t") && !parse_number("1 2") &&
           parse_number("18446744073709551615") == UINT64_MAX &&
           !parse_number("18446744073709551616");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("proc_lines: kB is 1024 bytes") {
  constexpr auto test = [] {
    return parse_kib("\t    1700 kB") == bytes{1700 * 1024} && parse_kib("0 kB") == bytes{0} &&
           !parse_kib("1700") && !parse_kib("1700 KB") && !parse_kib("1700 kB ") &&
           !parse_kib("1700  kB") && !parse_kib(" kB") && !parse_kib("kB") && !parse_kib("-1 kB") &&
           parse_kib("18446744073709551615 kB") == bytes::max() &&
           !parse_kib("99999999999999999999 kB");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("proc_lines: words with commas between them") {
  constexpr auto test = [] {
    return has_word("memory", "memory") && has_word("cpu,memory", "memory") &&
           has_word("memory,cpu", "memory") && has_word("a,memory,b", "memory") &&
           !has_word("", "memory") && !has_word("memory_x,cpu", "memory") &&
           !has_word("x,mem", "memory") && !has_word("memory ", "memory");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("proc_lines: an amount is put once") {
  constexpr auto test = [] {
    std::optional<bytes> into;
    return put_kib(into, " 1 kB") && into == bytes{1024} && !put_kib(into, " 2 kB") &&
           into == bytes{1024} && [] {
             std::optional<bytes> none;
             return !put_kib(none, " x kB") && !none;
           }();
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
