// SPDX-License-Identifier: MIT
// expect: memscape: give this policy a prefix of the form [a-zA-Z_][a-zA-Z0-9_]*, without two underscores at its front.
#include <memscape/exporters/prometheus.hpp>
#include <string_view>

struct policy : memscape::metric_policy {
#ifdef MEMSCAPE_PASSING_TWIN
  static constexpr std::string_view prefix = "my_app";
#else
  static constexpr std::string_view prefix = "my-app";
#endif
};

memscape::metric_page<memscape::metric_format::openmetrics, policy> page;
