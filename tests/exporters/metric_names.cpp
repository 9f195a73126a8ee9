// SPDX-License-Identifier: MIT
#include <memscape/exporters/metric_names.hpp>

#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <ostream>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::metric_format;
using memscape::metric_label;
using memscape::metric_names;
using memscape::metric_policy;
using memscape::process_families;
using memscape::usage_families;
using test_support::deep;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;

using prometheus = metric_names<metric_format::prometheus, metric_policy>;
using openmetrics = metric_names<metric_format::openmetrics, metric_policy>;

template <std::size_t Size>
constexpr auto is(std::array<char, Size> const& text, std::string_view expected) -> bool {
  return std::string_view{text.data(), Size} == expected;
}

constexpr auto heads_follow_their_format() -> bool {
  return is(prometheus::head<usage_families, 0>,
            "# HELP memscape_memory_used_bytes Memory that a subsystem has handed out and not got "
            "back.\n# TYPE memscape_memory_used_bytes gauge\n") &&
         is(openmetrics::head<usage_families, 0>,
            "# HELP memscape_memory_used_bytes Memory that a subsystem has handed out and not got "
            "back.\n# TYPE memscape_memory_used_bytes gauge\n# UNIT memscape_memory_used_bytes "
            "bytes\n") &&
         is(prometheus::scalar<process_families, 2>,
            "# HELP process_minor_pagefaults_total Page faults served without disk I/O.\n"
            "# TYPE process_minor_pagefaults_total counter\nprocess_minor_pagefaults_total ") &&
         is(openmetrics::scalar<process_families, 2>,
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
  static constexpr bool with_node_labels = true;
  static constexpr auto help(std::string_view name, std::string_view text) noexcept
      -> std::string_view {
    return name == "memory_peak_bytes" ? "line\n\"quote\" \\" : text;
  }
};

template <class Names, class Layout>
constexpr auto leaf_is(std::size_t leaf, std::size_t node, std::string_view labels) -> bool {
  constexpr auto const& leaves = Names::template leaves<Layout>;
  return leaves.all[leaf].node == node && leaves.labels(leaves.all[leaf]) == labels;
}

constexpr auto leaves_have_their_labels() -> bool {
  return leaf_is<prometheus, group_first>(0, 1, R"(subsystem="lval",parent="gc_heap"} )") &&
         leaf_is<prometheus, group_first>(1, 2, R"(subsystem="lenv",parent="gc_heap"} )") &&
         leaf_is<openmetrics, group_first>(2, 3, R"(subsystem="cache"} )") &&
         prometheus::leaves<group_first>.all.size() == 3 &&
         // The parent is the group right above.
         leaf_is<prometheus, deep>(0, 6, R"(subsystem="l7",parent="g6"} )") &&
         leaf_is<prometheus, deep>(1, 7, R"(subsystem="l3",parent="g2"} )") &&
         prometheus::leaves<memscape::layout<>>.all.empty() &&
         is(prometheus::sample<usage_families, 1>, "memscape_memory_committed_bytes{");
}
static_assert(leaves_have_their_labels());
TEST_CASE("metric_names: leaves only, by their keys, with the group that they are in") {
  CHECK(leaves_have_their_labels());
}

constexpr auto policy_is_kept() -> bool {
  using text = metric_names<metric_format::prometheus, rich>;
  using open = metric_names<metric_format::openmetrics, rich>;
  return is(text::sample<usage_families, 0>,
            "checkout_memory_used_bytes{tier=\"front\\\"end\\n\",zone=\"\uFFFD\",") &&
         leaf_is<text, hostile>(0, 0, R"(subsystem="quotes",label="\"\\\"}],\""} )") &&
         leaf_is<text, hostile>(2, 3, "subsystem=\"nul\",parent=\"markup\",label=\"a\uFFFDb\"} ") &&
         is(text::head<usage_families, 2>,
            "# HELP checkout_memory_peak_bytes line\\n\"quote\" \\\\\n"
            "# TYPE checkout_memory_peak_bytes gauge\n") &&
         is(open::head<usage_families, 2>,
            "# HELP checkout_memory_peak_bytes line\\n\\\"quote\\\" \\\\\n"
            "# TYPE checkout_memory_peak_bytes gauge\n# UNIT checkout_memory_peak_bytes bytes\n") &&
         is(open::scalar<process_families, 3>,
            "# HELP process_major_pagefaults Page faults that waited for disk I/O.\n"
            "# TYPE process_major_pagefaults counter\n"
            "process_major_pagefaults_total{tier=\"front\\\"end\\n\",zone=\"\uFFFD\"} ");
}
static_assert(policy_is_kept());
TEST_CASE("metric_names: prefix, labels, help and node labels are the policy's, escaped") {
  CHECK(policy_is_kept());
}

// Compilers count the steps of what they compute; a large program has a large tree.
template <std::size_t... Index>
auto wide_of(std::index_sequence<Index...>)
    -> memscape::layout<memscape::leaf_shape<test_support::random_key<Index>(),
                                             test_support::random_label<Index>()>...>;
using wide = decltype(wide_of(std::make_index_sequence<200>{}));

TEST_CASE("metric_names: 200 leaves are no matter") {
  using names = metric_names<metric_format::openmetrics, rich>;
  auto const& leaves = names::leaves<wide>;
  CHECK(leaves.all.size() == 200);
  CHECK(leaves.all[199].begin + leaves.all[199].size == leaves.text.size());
}

}  // namespace
