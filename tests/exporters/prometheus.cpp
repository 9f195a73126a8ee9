// SPDX-License-Identifier: MIT
#include <memscape/exporters/prometheus.hpp>

#include <array>
#include <doctest/doctest.h>
#include <memscape/exporters/concepts.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::metric_format;
using memscape::metric_label;
using memscape::metrics;
using memscape::openmetrics;
using memscape::prometheus_text;
using memscape::snapshot;
using test_support::group_first;
using test_support::one_leaf;

struct named : memscape::metric_policy {
  static constexpr std::string_view prefix = "checkout";
  static constexpr metric_label labels[] = {{"tier", "frontend"}};
};

static_assert(memscape::exporter<openmetrics, snapshot<one_leaf>>);
static_assert(memscape::exporter<prometheus_text, snapshot<one_leaf>>);

template <class Policy>
void writes_either() {
  using open = memscape::metric_page<metric_format::openmetrics, Policy>;
  using text = memscape::metric_page<metric_format::prometheus, Policy>;
  test_support::random_numbers random{7};
  auto const snap = test_support::random_snapshot<group_first>(random);
  std::array<char, metrics<Policy>::template max_size<group_first>> page{};
  std::array<char, metrics<Policy>::template max_size<group_first>> other{};
  CHECK(metrics<Policy>::write(page, snap, metric_format::openmetrics) == open::write(other, snap));
  CHECK(metrics<Policy>::write(page, snap, metric_format::prometheus) == text::write(other, snap));
  CHECK(page.size() >= open::template max_size<group_first>);
  CHECK(page.size() >= text::template max_size<group_first>);
}
TEST_CASE("openmetrics: either format, as it is asked for") {
  writes_either<memscape::metric_policy>();
  writes_either<named>();
}

TEST_CASE("openmetrics: the policy's prefix and labels are on every sample") {
  std::array<char, metrics<named>::max_size<one_leaf>> page{};
  snapshot<one_leaf> snap;
  snap.process.rss = memscape::bytes{1};
  std::string const text{metrics<named>::write(page, snap, metric_format::openmetrics)};
  CHECK(text.find("\nprocess_resident_memory_bytes{tier=\"frontend\"} 1\n") != std::string::npos);
  CHECK(text.find("\ncheckout_memory_used_bytes{tier=\"frontend\",subsystem=\"heap\"} 0\n") !=
        std::string::npos);
  CHECK(text.find("memscape_") == std::string::npos);
}

}  // namespace
