// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/page.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/concepts.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::metric_format;
using memscape::metric_label;
using memscape::metric_page;
using memscape::metric_policy;
using memscape::snapshot;
using test_support::deep;
using test_support::fenced;
using test_support::group_first;
using test_support::hostile;
using test_support::one_leaf;
using test_support::random_layout;
using test_support::random_numbers;
using test_support::random_snapshot;

struct rich : metric_policy {
  static constexpr metric_label labels[] = {{"tier", "\"\n\\\xFF"}};
  static constexpr bool with_node_labels = true;
};
struct tree_only : metric_policy {
  static constexpr bool with_process = false;
};

using prometheus = metric_page<metric_format::prometheus>;
using openmetrics = metric_page<metric_format::openmetrics>;
using rich_openmetrics = metric_page<metric_format::openmetrics, rich>;

static_assert(memscape::exporter<prometheus, snapshot<one_leaf>>);
static_assert(memscape::exporter<openmetrics, snapshot<hostile>>);
static_assert(memscape::exporter<rich_openmetrics, snapshot<deep>>);
static_assert(prometheus::content_type.starts_with("text/plain"));
static_assert(openmetrics::content_type.starts_with("application/openmetrics-text"));

constexpr auto some() -> snapshot<group_first> {
  snapshot<group_first> snap;
  snap.process.rss = bytes{4096};
  snap.process.page_faults_minor = count{7};
  snap.nodes = {memscape::usage{.used = bytes{300}}, memscape::usage{.used = bytes{100}},
                memscape::usage{.used = bytes{200}, .committed = bytes{256}},
                memscape::usage{.used = bytes{0}, .committed = bytes{512}}};
  return snap;
}

constexpr std::string_view some_as_prometheus =
    "# HELP process_resident_memory_bytes Resident memory size in bytes.\n"
    "# TYPE process_resident_memory_bytes gauge\n"
    "process_resident_memory_bytes 4096\n"
    "# HELP process_minor_pagefaults_total Page faults served without disk I/O.\n"
    "# TYPE process_minor_pagefaults_total counter\n"
    "process_minor_pagefaults_total 7\n"
    "# HELP memscape_memory_untracked_bytes Resident memory that no subsystem accounts for.\n"
    "# TYPE memscape_memory_untracked_bytes gauge\n"
    "memscape_memory_untracked_bytes 3796\n"
    "# HELP memscape_memory_overcounted_bytes What the subsystems have in use beyond resident "
    "memory.\n"
    "# TYPE memscape_memory_overcounted_bytes gauge\n"
    "memscape_memory_overcounted_bytes 0\n"
    "# HELP memscape_memory_used_bytes Memory that a subsystem has handed out and not got back.\n"
    "# TYPE memscape_memory_used_bytes gauge\n"
    "memscape_memory_used_bytes{subsystem=\"lval\",parent=\"gc_heap\"} 100\n"
    "memscape_memory_used_bytes{subsystem=\"lenv\",parent=\"gc_heap\"} 200\n"
    "memscape_memory_used_bytes{subsystem=\"cache\"} 0\n"
    "# HELP memscape_memory_committed_bytes Memory obtained from the system for a subsystem, free "
    "lists and metadata included.\n"
    "# TYPE memscape_memory_committed_bytes gauge\n"
    "memscape_memory_committed_bytes{subsystem=\"lenv\",parent=\"gc_heap\"} 256\n"
    "memscape_memory_committed_bytes{subsystem=\"cache\"} 512\n";

// Neither what is absent nor a metric of which all is absent; a 0 that was measured is there.
constexpr auto absent_values_are_left_out() -> bool {
  std::array<char, prometheus::max_size<group_first>> page{};
  return prometheus::write(page, some()) == some_as_prometheus;
}
static_assert(absent_values_are_left_out());
TEST_CASE("metric_page: what is absent is left out, with its metric where nothing is left") {
  CHECK(absent_values_are_left_out());
}

constexpr auto empty_pages_are_pages() -> bool {
  using nothing = memscape::layout<>;
  std::array<char, openmetrics::max_size<nothing>> page{};
  return openmetrics::write(page, snapshot<nothing>{}) == "# EOF\n" &&
         prometheus::write(page, snapshot<nothing>{}).empty();
}
static_assert(empty_pages_are_pages());
TEST_CASE("metric_page: a tree of nothing, of which nothing could be read") {
  CHECK(empty_pages_are_pages());
}

constexpr auto process_is_a_choice() -> bool {
  using page_type = metric_page<metric_format::openmetrics, tree_only>;
  std::array<char, page_type::max_size<group_first>> page{};
  auto const text = page_type::write(page, some());
  return text.find("process_") == std::string_view::npos &&
         text.starts_with("# HELP memscape_memory_untracked_bytes ") && text.ends_with("\n# EOF\n");
}
static_assert(process_is_a_choice());
TEST_CASE("metric_page: without the process' metrics, where others have them") {
  CHECK(process_is_a_choice());
}

// Snapshots whose pages are the longest: groups that are no sums, and balances of most digits.
template <class Layout>
auto balance_at_its_longest() -> snapshot<Layout> {
  auto snap = memscape::longest_snapshot<Layout>();
  snap.process.rss = bytes::max();
  for (std::size_t i = 0; i < Layout::size; i = Layout::nodes[i].end) snap.nodes[i].used = {};
  return snap;
}

template <class Page, class Layout>
void never_passes_max_size(std::uint64_t seed) {
  constexpr auto size = Page::template max_size<Layout>;
  random_numbers random{seed};
  std::size_t longest = 0;
  for (int i = 0; i < 500; ++i) {
    auto snap = random_snapshot<Layout>(random);
    if (i == 0) snap = memscape::longest_snapshot<Layout>();
    if (i == 1) snap = balance_at_its_longest<Layout>();
    fenced<size> memory;
    std::string const page{Page::write(memory.first(size), snap)};
    REQUIRE((!page.empty() || Layout::size == 0));
    REQUIRE(memory.intact_behind(size));
    longest = std::max(longest, page.size());
    // What is written in a hurry is what is written with care, and where the memory ends it is careful.
    fenced<size> tight;
    REQUIRE(Page::write(tight.first(page.size()), snap) == page);
    REQUIRE(tight.intact_behind(page.size()));
    REQUIRE(Page::write(tight.first(page.size() - 1), snap).empty());
    REQUIRE(tight.intact_behind(page.size()));
  }
  CHECK(longest == size);
}
template <class Layout>
void never_pass_max_size(std::uint64_t seed) {
  never_passes_max_size<prometheus, Layout>(seed);
  never_passes_max_size<openmetrics, Layout>(seed);
  never_passes_max_size<rich_openmetrics, Layout>(seed);
}
TEST_CASE("metric_page: the longest page reaches max_size, and none passes it") {
  never_pass_max_size<one_leaf>(1);
  never_pass_max_size<group_first>(2);
  never_pass_max_size<deep>(3);
  never_pass_max_size<hostile>(4);
  never_pass_max_size<random_layout<1>>(5);
  never_pass_max_size<random_layout<2>>(6);
}

TEST_CASE("metric_page: every amount of room gives the whole page or none") {
  auto const snap = some();
  for (std::size_t room = 0; room < some_as_prometheus.size() + 30; ++room) {
    fenced<prometheus::max_size<group_first>> memory;
    auto const page = prometheus::write(memory.first(room), snap);
    REQUIRE(page == (room < some_as_prometheus.size() ? std::string_view{} : some_as_prometheus));
    REQUIRE(memory.intact_behind(room));
  }
}

// The compiler writes with care, the program in a hurry.
template <class Page>
constexpr auto written_while_compiling() {
  std::array<char, Page::template max_size<group_first>> page{};
  auto const size = Page::write(page, some()).size();
  return std::pair{page, size};
}
TEST_CASE("metric_page: a page written while compiling is the same") {
  constexpr auto compiled = written_while_compiling<rich_openmetrics>();
  std::array<char, rich_openmetrics::max_size<group_first>> page{};
  CHECK(rich_openmetrics::write(page, some()) ==
        std::string_view{compiled.first.data(), compiled.second});
}

}  // namespace
