// SPDX-License-Identifier: MIT
// expect: memscape: give each of this policy's labels a name of its own: 'subsystem' and 'parent' are set by the page, and so is 'label' where the policy asks for it.
#include <memscape/exporters/prometheus.hpp>

struct policy : memscape::metric_policy {
#ifdef MEMSCAPE_PASSING_TWIN
  static constexpr memscape::metric_label labels[] = {{"service", "checkout"}};
#else
  static constexpr memscape::metric_label labels[] = {{"subsystem", "checkout"}};
#endif
};

memscape::metric_page<memscape::metric_format::prometheus, policy> page;
