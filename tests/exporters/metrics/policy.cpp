// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/policy.hpp>

#include <doctest/doctest.h>
#include <ostream>

namespace {

using memscape::is_metric_name;
using memscape::labels_are_unique;
using memscape::labels_have_names;
using memscape::metric_label;
using memscape::metric_policy;

constexpr auto names_are_judged() -> bool {
  return is_metric_name("memscape") && is_metric_name("_a") && is_metric_name("A1_") &&
         is_metric_name("a__b") && is_metric_name("z") && is_metric_name("Z9") &&
         !is_metric_name("") && !is_metric_name("1a") && !is_metric_name("a-b") &&
         !is_metric_name("a.b") && !is_metric_name("a:b") && !is_metric_name("a b") &&
         !is_metric_name("__name__") && !is_metric_name("\xC3\xA9") && !is_metric_name("a\n") &&
         !is_metric_name("@") && !is_metric_name("[") && !is_metric_name("`") &&
         !is_metric_name("{");
}
static_assert(names_are_judged());
TEST_CASE("metric_policy: what may be a prefix or the name of a label") {
  CHECK(names_are_judged());
}

struct two_labels : metric_policy {
  static constexpr metric_label labels[] = {{"tier", "front\"end"}, {"zone", "tier"}};
};
struct bad_name : metric_policy {
  static constexpr metric_label labels[] = {{"tier", "1"}, {"the zone", "2"}};
};
struct twice : metric_policy {
  static constexpr metric_label labels[] = {{"tier", "1"}, {"zone", "2"}, {"tier", "1"}};
};
struct takes_subsystem : metric_policy {
  static constexpr metric_label labels[] = {{"subsystem", "1"}};
};
struct takes_parent : metric_policy {
  static constexpr metric_label labels[] = {{"tier", "1"}, {"parent", "1"}};
};
struct takes_label : metric_policy {
  static constexpr metric_label labels[] = {{"label", "1"}};
};
struct takes_label_twice : takes_label {
  static constexpr bool with_node_labels = true;
};

constexpr auto labels_are_judged() -> bool {
  return labels_have_names<metric_policy>() && labels_are_unique<metric_policy>() &&
         labels_have_names<two_labels>() && labels_are_unique<two_labels>() &&
         !labels_have_names<bad_name>() && labels_are_unique<bad_name>() &&
         labels_have_names<twice>() && !labels_are_unique<twice>() &&
         !labels_are_unique<takes_subsystem>() && !labels_are_unique<takes_parent>() &&
         labels_are_unique<takes_label>() && !labels_are_unique<takes_label_twice>();
}
static_assert(labels_are_judged());
TEST_CASE("metric_policy: labels have names that are legal, and each once") {
  CHECK(labels_are_judged());
}

static_assert(memscape::has_label<two_labels>("zone") && !memscape::has_label<two_labels>("tie"));
static_assert(!memscape::has_label<metric_policy>("tier"));
static_assert(metric_policy::prefix == "memscape");
static_assert(metric_policy::help("memory_used_bytes", "text") == "text");

}  // namespace
