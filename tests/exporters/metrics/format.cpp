// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/format.hpp>

#include <doctest/doctest.h>
#include <ostream>
#include <string_view>

namespace {

using memscape::content_type;
using memscape::metric_format;

constexpr auto types_carry_their_versions() -> bool {
  return content_type(metric_format::prometheus) == "text/plain; version=0.0.4; charset=utf-8" &&
         content_type(metric_format::openmetrics) ==
             "application/openmetrics-text; version=1.0.0; charset=utf-8";
}
static_assert(types_carry_their_versions());
TEST_CASE("metric_format: media types, with the versions that scrapers look for") {
  CHECK(types_carry_their_versions());
  for (auto const format : {metric_format::prometheus, metric_format::openmetrics}) {
    CHECK(*content_type(format).end() == '\0');
  }
}

}  // namespace
