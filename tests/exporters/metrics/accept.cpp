// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/accept.hpp>

#include <doctest/doctest.h>
#include <ostream>
#include <string>
#include <string_view>

namespace {

using memscape::media_range;
using memscape::metric_format;
using memscape::metric_format_for;

constexpr auto text = metric_format::prometheus;
constexpr auto open = metric_format::openmetrics;

struct accept_case {
  std::string_view accept;
  metric_format format;
  char const* why;
};
constexpr accept_case cases[] = {
    {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,"
     "text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
     open, "Prometheus 2.42"},
    {"application/openmetrics-text; version=0.0.1,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", text,
     "Prometheus 2.26, which knows another OpenMetrics"},
    {"text/plain;version=0.0.4;q=1,*/*;q=0.1", text, "Prometheus 2.4"},
    {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;"
     "q=0.6,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
     "application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;"
     "escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
     open, "Prometheus 3 with native histograms"},
    {"text/plain;version=1.0.0;escaping=allow-utf-8;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.3",
     text, "Prometheus 3 with text only"},
    {"text/plain;version=0.0.4;q=1,*/*;q=0.1", text, "vmagent"},
    {"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", text,
     "a browser"},
    {"*/*", text, "curl"},
    {"", text, "nothing"},

    {"application/openmetrics-text", open, "no version asked for"},
    {"text/plain, application/openmetrics-text", text, "equals: the first"},
    {"application/openmetrics-text, text/plain", open, "equals: the first"},
    {"application/openmetrics-text, */*", open, "named before any"},
    {"application/*", open, "the only one of these"},
    {"text/*, application/*;q=0.9", text, "a weight"},
    {"text/*;q=0.9, application/*", open, "a weight"},
    {"*/*, application/openmetrics-text;q=0.5", text, "the closest range counts, not the widest"},
    {"application/openmetrics-text;q=0, */*", text, "0 means not"},
    {"text/plain;q=0, */*;q=0.1", open, "0 means not"},
    {"text/plain;q=0", text, "neither: better this than none"},
    {"application/openmetrics-text;q=0", text, "neither"},
    {"application/json", text, "neither"},
    {"application/openmetrics-text;version=2.0.0", text, "a version that is not ours"},
    {"application/openmetrics-text;version=1", text, "a version that is not ours"},
    {"application/openmetrics-text;version=1.0.0;q=0.1,application/openmetrics-text;q=0.9,"
     "text/plain;q=0.5",
     text, "the closest range counts, wherever it stands"},

    {"Application/OpenMetrics-Text;Version=1.0.0;Q=0.9,TEXT/PLAIN;q=0.5", open, "any case"},
    {" application/openmetrics-text ;\tversion = 1.0.0 ; q=0.9 ,\ttext/plain ; q=0.5 ", open,
     "blanks"},
    {"application/openmetrics-text;version=\"1.0.0\",text/plain;q=0.5", open, "a quoted version"},
    {"text/plain;x=\",application/openmetrics-text\";q=0.2, application/*;q=0.1", text,
     "a comma in quotes"},
    {"text/plain;x=\"\\\",\";q=0.2, application/openmetrics-text", open, "an escaped quote"},
    {"application/openmetrics-text;charset=utf-8, text/plain;q=0.5", open, "our charset"},
    {"application/openmetrics-text;charset=UTF-8, text/plain;q=0.5", open, "our charset"},
    {"application/openmetrics-text;charset=utf-16, text/plain;q=0.5", text, "another charset"},

    {"text/plain;q=0.999, application/openmetrics-text;q=1.000", open, "three decimals"},
    {"text/plain;q=1, application/openmetrics-text;q=0.999", text, "three decimals"},
    {"text/plain;q=0.5, application/openmetrics-text;q=0.50", text, "equal weights"},
    {"text/plain;q=0., application/openmetrics-text;q=0.001", open, "a bare point is legal"},
    {"application/openmetrics-text;q=2, text/plain;q=0.1", text, "a weight above 1"},
    {"application/openmetrics-text;q=1.001, text/plain;q=0.1", text, "a weight above 1"},
    {"application/openmetrics-text;q=0.1234, text/plain;q=0.1", text, "too many decimals"},
    {"application/openmetrics-text;q=-1, text/plain;q=0.1", text, "no weight"},
    {"application/openmetrics-text;q=, text/plain;q=0.1", text, "no weight"},
    {"application/openmetrics-text;q=.5, text/plain;q=0.1", text, "no weight"},
    {"application/openmetrics-text;q=0,5, text/plain;q=0.1", text, "a comma for a point"},

    {",,;;==\"\"", text, "rubbish"},
    {"application/openmetrics-text,,;q=1", open, "rubbish behind"},
    {"\"application/openmetrics-text", text, "a quote without an end"},
    {"text/plain;q=\"0.9, application/openmetrics-text", text, "a quote without an end"},
    {"text/plain;x=\"\\", text, "a backslash at the end"},
    {"application/openmetrics-textual", text, "another type"},
    {"application/openmetrics", text, "another type"},
    {"*", text, "no type"},
    {"*/plain", text, "no type"},
};

constexpr auto each_gets_its_format() -> bool {
  for (auto const& one : cases) {
    if (metric_format_for(one.accept) != one.format) return false;
  }
  return true;
}
static_assert(each_gets_its_format());
TEST_CASE("accept: what scrapers, browsers and others ask for") {
  for (auto const& one : cases) {
    CAPTURE(one.why);
    CAPTURE(std::string{one.accept});
    CHECK((metric_format_for(one.accept) == one.format));
  }
}

constexpr auto ranges_are_taken_apart() -> bool {
  std::string_view rest = "text/plain;version=0.0.4;q=0.25 , a/b;q=x,*/*";
  auto const first = media_range::take(rest);
  auto const second = media_range::take(rest);
  auto const third = media_range::take(rest);
  return first.closeness(text) == 4 && first.closeness(open) == 0 && first.quality() == 250 &&
         second.closeness(text) == 0 && third.closeness(text) == 1 && third.closeness(open) == 1 &&
         third.quality() == 1000 && rest.empty();
}
static_assert(ranges_are_taken_apart());
TEST_CASE("accept: a range, its weight, and how close it comes") {
  CHECK(ranges_are_taken_apart());
}

}  // namespace
