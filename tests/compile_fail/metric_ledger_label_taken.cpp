// SPDX-License-Identifier: MIT
// expect: memscape: give this policy's labels other names than 'cause', 'part' and 'object', which metrics of a ledger set themselves.
#include <memscape/exporters/prometheus_ledger.hpp>

struct policy : memscape::metric_policy {
#ifdef MEMSCAPE_PASSING_TWIN
  static constexpr memscape::metric_label labels[] = {{"tier", "frontend"}};
#else
  static constexpr memscape::metric_label labels[] = {{"part", "frontend"}};
#endif
};

memscape::metric_ledger_page<memscape::metric_format::prometheus, policy> page;
