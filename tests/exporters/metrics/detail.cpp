// SPDX-License-Identifier: MIT
#include <memscape/exporters/metrics/detail.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/prometheus.hpp>
#include <ostream>
#include <string>
#include <string_view>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::limit_kind;
using memscape::metric_format;
using memscape::metric_page;
using memscape::metric_policy;
using memscape::snapshot;

struct rich : metric_policy {
  static constexpr memscape::metric_label labels[] = {{"tier", "\"\n\\\xFF"}};
};
struct plain : metric_policy {
  static constexpr bool with_detail = false;
};
struct without_process : metric_policy {
  static constexpr bool with_process = false;
};

template <class Policy = metric_policy, metric_format Format = metric_format::prometheus>
auto text_of(extended_memory const& of) -> std::string {
  std::array<char, 16'000> memory{};
  memscape::writer to{memory};
  to = memscape::metric_detail<Format, Policy>::put(to, of);
  return std::string{to.text()};
}
auto has(std::string const& text, std::string_view part) -> bool {
  return text.find(part) != std::string::npos;
}

auto make_detail() -> extended_memory {
  extended_memory of;
  of.rss_anon = bytes{4'096};
  of.limits.kind = limit_kind::cgroup_max;
  of.limits.limit = bytes{1'000};
  of.limits.limit_used = bytes{950};
  of.limits.oom_kills = memscape::count{2};
  of.limits.pressure_some_us = memscape::microseconds{1'500'000};
  of.limits.pressure_full_avg10_bp = memscape::basis_points{25};
  return of;
}

constexpr std::string_view as_openmetrics =
    "# HELP process_resident_memory_anon_bytes Resident memory that no file backs: heap and "
    "stacks.\n"
    "# TYPE process_resident_memory_anon_bytes gauge\n"
    "# UNIT process_resident_memory_anon_bytes bytes\n"
    "process_resident_memory_anon_bytes 4096\n"
    "# HELP memscape_memory_limit_bytes The limit that the process is under and meets first.\n"
    "# TYPE memscape_memory_limit_bytes gauge\n"
    "# UNIT memscape_memory_limit_bytes bytes\n"
    "memscape_memory_limit_bytes{limit=\"cgroup memory.max\"} 1000\n"
    "# HELP memscape_memory_limit_used_bytes What counts towards that limit; of a control group's, "
    "what "
    "the group uses and cannot give back.\n"
    "# TYPE memscape_memory_limit_used_bytes gauge\n"
    "# UNIT memscape_memory_limit_used_bytes bytes\n"
    "memscape_memory_limit_used_bytes{limit=\"cgroup memory.max\"} 950\n"
    "# HELP memscape_memory_oom_kills Processes of the control group that the kernel killed for "
    "memory.\n"
    "# TYPE memscape_memory_oom_kills counter\n"
    "memscape_memory_oom_kills_total 2\n"
    "# HELP memscape_memory_pressure_waiting_seconds How long some task of the control group has "
    "waited for memory.\n"
    "# TYPE memscape_memory_pressure_waiting_seconds counter\n"
    "# UNIT memscape_memory_pressure_waiting_seconds seconds\n"
    "memscape_memory_pressure_waiting_seconds_total 1.500000\n"
    "# HELP memscape_memory_pressure_stalled_ratio The share of the last 10 s in which all tasks "
    "waited for memory.\n"
    "# TYPE memscape_memory_pressure_stalled_ratio gauge\n"
    "# UNIT memscape_memory_pressure_stalled_ratio ratio\n"
    "memscape_memory_pressure_stalled_ratio 0.0025\n";

TEST_CASE("metric_detail: what is known, in base units; nothing for what is absent") {
  CHECK(text_of<metric_policy, metric_format::openmetrics>(make_detail()) == as_openmetrics);
  CHECK(text_of({}).empty());
}

TEST_CASE("metric_detail: every limit has its name, and what is no limit is not shown as one") {
  for (std::size_t i = 0; i < std::size(memscape::limit_kind_names); ++i) {
    auto of = make_detail();
    of.limits.kind = static_cast<limit_kind>(i);
    auto const text = text_of(of);
    bool const is_none = of.limits.kind == limit_kind::none || of.limits.kind == limit_kind::vms;
    CHECK(has(text, "memory_limit_") == !is_none);
    CHECK(has(text, "limit_bytes{limit=\"" + std::string{memscape::limit_kind_names[i]} +
                        "\"} 1000\n") == !is_none);
  }
}

TEST_CASE("metric_detail: a policy's labels, and its choices") {
  CHECK(has(text_of<rich>(make_detail()),
            "limit_bytes{tier=\"\\\"\\n\\\\\uFFFD\",limit=\"cgroup memory.max\"} 1000\n"));
  CHECK_FALSE(has(text_of<without_process>(make_detail()), "process_"));
}

template <class Layout>
using detailed_layout = memscape::layout_with<Layout, extended_memory>;

TEST_CASE("metric_detail: a page without it is that of a reader without it") {
  using layout = detailed_layout<test_support::one_leaf>;
  using page_type = metric_page<metric_format::openmetrics, plain>;
  using other = metric_page<metric_format::openmetrics>;
  static_assert(page_type::max_size<layout> == other::max_size<test_support::one_leaf>);
  static_assert(other::max_size<layout> > other::max_size<test_support::one_leaf>);
  std::array<char, page_type::max_size<layout>> page{};
  snapshot<layout> snap;
  snap.process.limits = make_detail().limits;
  CHECK_FALSE(has(std::string{page_type::write(page, snap)}, "limit"));
}

template <class Page, class Layout>
void never_passes_max_size(std::uint64_t seed) {
  constexpr auto size = Page::template max_size<Layout>;
  test_support::random_numbers random{seed};
  std::size_t longest = 0;
  for (int i = 0; i < 300; ++i) {
    auto snap = test_support::random_snapshot<Layout>(random);
    if (i == 0) snap = memscape::longest_snapshot<Layout>();
    test_support::fenced<size> memory;
    std::string const page{Page::write(memory.first(size), snap)};
    REQUIRE_FALSE(page.empty());
    REQUIRE(memory.intact_behind(size));
    longest = std::max(longest, page.size());
    // What is written in a hurry is what is written with care.
    test_support::fenced<size> tight;
    REQUIRE(Page::write(tight.first(page.size()), snap) == page);
    REQUIRE(tight.intact_behind(page.size()));
    REQUIRE(Page::write(tight.first(page.size() - 1), snap).empty());
  }
  // The balance has 39 digits at most here, and 40 where the roots use nothing.
  CHECK(size - longest <= 1);
}
TEST_CASE("metric_detail: the longest page reaches max_size, and none passes it") {
  using layout = detailed_layout<test_support::group_first>;
  never_passes_max_size<metric_page<metric_format::prometheus>, layout>(1);
  never_passes_max_size<metric_page<metric_format::openmetrics, rich>, layout>(2);
  never_passes_max_size<metric_page<metric_format::openmetrics, without_process>, layout>(3);
}

}  // namespace
