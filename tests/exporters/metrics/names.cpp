// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/names.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/metrics/rows.hpp>
#include <ostream>
#include <string_view>
namespace {

using memscape::metric_format;
using memscape::metric_label;
using memscape::metric_names;
using memscape::metric_policy;

constexpr auto const& process_rows =
    memscape::metric_table<memscape::process_fields, memscape::is_common_metric>;
constexpr auto const& usage_rows =
    memscape::metric_table<memscape::usage_fields, memscape::is_own_metric>;

using prometheus = metric_names<metric_format::prometheus, metric_policy>;
using openmetrics = metric_names<metric_format::openmetrics, metric_policy>;

template <std::size_t Size>
constexpr auto is(std::array<char, Size> const& text, std::string_view expected) -> bool {
  return std::string_view{text.data(), Size} == expected;
}

constexpr auto heads_follow_their_format() -> bool {
  return is(prometheus::head<usage_rows, 0>,
            "# HELP memscape_memory_used_bytes Memory that a subsystem has handed out and not got "
            "back.\n# TYPE memscape_memory_used_bytes gauge\n") &&
         is(openmetrics::head<usage_rows, 0>,
            "# HELP memscape_memory_used_bytes Memory that a subsystem has handed out and not got "
            "back.\n# TYPE memscape_memory_used_bytes gauge\n# UNIT memscape_memory_used_bytes "
            "bytes\n") &&
         is(prometheus::scalar<process_rows, 2>,
            "# HELP process_minor_pagefaults_total Page faults served without disk I/O.\n"
            "# TYPE process_minor_pagefaults_total counter\nprocess_minor_pagefaults_total ") &&
         is(openmetrics::scalar<process_rows, 2>,
            "# HELP process_minor_pagefaults Page faults served without disk I/O.\n"
            "# TYPE process_minor_pagefaults counter\nprocess_minor_pagefaults_total ");
}
static_assert(heads_follow_their_format());
TEST_CASE("metric_names: HELP, TYPE, UNIT and _total, by each format's rules") {
  CHECK(heads_follow_their_format());
}

struct rich : metric_policy {
  static constexpr std::string_view prefix = "checkout";
  static constexpr metric_label labels[] = {{"tier", "front\"end\n"}, {"zone", "\xFF"}};
  static constexpr auto help(std::string_view name, std::string_view text) noexcept
      -> std::string_view {
    return name == "memory_peak_bytes" ? "line\n\"quote\" \\" : text;
  }
};

constexpr auto policy_is_kept() -> bool {
  using text = metric_names<metric_format::prometheus, rich>;
  using open = metric_names<metric_format::openmetrics, rich>;
  return is(text::sample<usage_rows, 0>,
            "checkout_memory_used_bytes{tier=\"front\\\"end\\n\",zone=\"\uFFFD\",") &&
         is(text::head<usage_rows, 2>,
            "# HELP checkout_memory_peak_bytes line\\n\"quote\" \\\\\n"
            "# TYPE checkout_memory_peak_bytes gauge\n") &&
         is(open::head<usage_rows, 2>,
            "# HELP checkout_memory_peak_bytes line\\n\\\"quote\\\" \\\\\n"
            "# TYPE checkout_memory_peak_bytes gauge\n# UNIT checkout_memory_peak_bytes bytes\n") &&
         is(open::scalar<process_rows, 3>,
            "# HELP process_major_pagefaults Page faults that waited for disk I/O.\n"
            "# TYPE process_major_pagefaults counter\n"
            "process_major_pagefaults_total{tier=\"front\\\"end\\n\",zone=\"\uFFFD\"} ");
}
static_assert(policy_is_kept());
TEST_CASE("metric_names: prefix, labels and help are the policy's, escaped") {
  CHECK(policy_is_kept());
}

}  // namespace
