// SPDX-License-Identifier: MIT
// expect: memscape: give this policy's labels other names than 'limit' and 'reading', which metrics of a detailed reader set themselves.
#include <memscape/exporters/metrics/detail.hpp>

struct policy : memscape::metric_policy {
#ifdef MEMSCAPE_PASSING_TWIN
  static constexpr memscape::metric_label labels[] = {{"tier", "frontend"}};
#else
  static constexpr memscape::metric_label labels[] = {{"limit", "frontend"}};
#endif
};

memscape::metric_detail<memscape::metric_format::prometheus, policy> page;
