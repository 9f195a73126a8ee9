// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/text.hpp>

#include <array>
#include <doctest/doctest.h>
#include <ostream>
#include <string>
#include <string_view>

namespace {

using memscape::metric_format;
using memscape::put_metric_help;
using memscape::put_metric_label;
using memscape::writer;
using namespace std::string_view_literals;

constexpr auto label_is(std::string_view text, std::string_view expected) -> bool {
  std::array<char, 64> memory{};
  writer to{memory};
  put_metric_label(to, text);
  return to.text() == expected;
}

constexpr auto help_is(std::string_view text, metric_format format, std::string_view expected)
    -> bool {
  std::array<char, 64> memory{};
  writer to{memory};
  put_metric_help(to, text, format);
  return to.text() == expected;
}

constexpr auto escapes_labels() -> bool {
  return label_is("", "") && label_is("GC Heap", "GC Heap") && label_is("Größe 🧠", "Größe 🧠") &&
         label_is(R"(")", R"(\")") && label_is(R"(\)", R"(\\)") && label_is(R"(\n)", R"(\\n)") &&
         label_is("a\nb\n", R"(a\nb\n)") && label_is("\"} 1\n# EOF\n", R"(\"} 1\n# EOF\n)") &&
         label_is("{a=\"b\",c}", R"({a=\"b\",c})");
}
static_assert(escapes_labels());
TEST_CASE("metric_text: quotes, backslashes and line feeds are escaped in labels") {
  CHECK(escapes_labels());
}

constexpr auto replaces_what_no_reader_takes() -> bool {
  return label_is("a\0b"sv, "a\uFFFDb") && label_is("\xFF\xC0\x80", "\uFFFD\uFFFD\uFFFD") &&
         label_is("\xE2\x82", "\uFFFD\uFFFD") && label_is("\xED\xA0\x80", "\uFFFD\uFFFD\uFFFD") &&
         label_is("\xF4\x90\x80\x80", "\uFFFD\uFFFD\uFFFD\uFFFD") &&
         label_is("a\xE9z", "a\uFFFDz") && label_is("\uFFFD", "\uFFFD");
}
static_assert(replaces_what_no_reader_takes());
TEST_CASE("metric_text: NUL and what is no UTF-8 become U+FFFD, a byte at a time") {
  CHECK(replaces_what_no_reader_takes());
}

constexpr auto other_controls_pass() -> bool {
  return label_is("\r\t\v\x7F\u2028\u0085", "\r\t\v\x7F\u2028\u0085");
}
static_assert(other_controls_pass());
TEST_CASE("metric_text: only a line feed ends a line, so other controls pass") {
  CHECK(other_controls_pass());
}

constexpr auto help_follows_its_format() -> bool {
  return help_is("of the \"LVAL\"\n\\slab\\", metric_format::prometheus,
                 R"(of the "LVAL"\n\\slab\\)") &&
         help_is("of the \"LVAL\"\n\\slab\\", metric_format::openmetrics,
                 R"(of the \"LVAL\"\n\\slab\\)") &&
         help_is("\0\xFF"sv, metric_format::prometheus, "\uFFFD\uFFFD") &&
         help_is("\0\xFF"sv, metric_format::openmetrics, "\uFFFD\uFFFD");
}
static_assert(help_follows_its_format());
TEST_CASE("metric_text: a help text's quotes are escaped for OpenMetrics and only there") {
  CHECK(help_follows_its_format());
}

}  // namespace
