// SPDX-License-Identifier: MIT
// expect: memscape: write the names of this policy's labels in the form [a-zA-Z_][a-zA-Z0-9_]*, without two underscores at their front.
#include <memscape/exporters/prometheus.hpp>

struct policy : memscape::metric_policy {
#ifdef MEMSCAPE_PASSING_TWIN
  static constexpr memscape::metric_label labels[] = {{"service_tier", "frontend"}};
#else
  static constexpr memscape::metric_label labels[] = {{"service.tier", "frontend"}};
#endif
};

memscape::metric_page<memscape::metric_format::prometheus, policy> page;
