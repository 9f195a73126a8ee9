// SPDX-License-Identifier: MIT
// What a scraper receives, byte for byte, as it stands in metrics.txt and openmetrics.txt and, with all that
// there can be, in metrics_full.txt and openmetrics_full.txt. A difference breaks queries and rules of others:
// if it is meant, run this with MEMSCAPE_WRITE_GOLDEN=1 and review.
#include <array>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/exporters/prometheus_ledger.hpp>
#include <memscape/memscape.hpp>
#include <string>

#include "golden/ledger.hpp"
#include "golden/registry.hpp"

namespace {

using memscape::metric_format;
using memscape::metrics;

void is_committed(char const* name, std::string const& pages) {
  auto const path = std::string{MEMSCAPE_GOLDEN_FOLDER "/"} + name;
  if (std::getenv("MEMSCAPE_WRITE_GOLDEN") != nullptr) std::ofstream{path} << pages;
  std::ifstream file{path};
  REQUIRE(file);
  std::string const expected{std::istreambuf_iterator<char>{file}, {}};
  CHECK(pages == expected);
}

// All four instants, one page behind another.
auto pages_of(metric_format format) -> std::string {
  auto memory = test_support::make_golden_registry();
  std::array<char, metrics<>::max_size<decltype(memory)::layout>> page{};
  std::string pages;
  for (int i = 0; i < 4; ++i) pages += metrics<>::write(page, memory.collect(), format);
  return pages;
}

// The page with a ledger, and one of a reader that knows all there is to know: each number is another.
auto full_pages_of(metric_format format) -> std::string {
  using test_support::golden_layout;
  using with_ledger = memscape::metrics_with_ledger<>;
  auto memory = test_support::make_golden_registry();
  std::array<char, with_ledger::max_size<golden_layout>> page{};
  std::string pages{
      with_ledger::write(page, memory.collect(), test_support::make_golden_ledger(), 250, format)};

  using layout = memscape::layout_with<test_support::one_leaf, memscape::extended_memory>;
  memscape::snapshot<layout> snap;
  std::uint64_t next = 100'000;
  for (auto const& field : memscape::extended_fields) field.set(snap.process, ++next);
  for (auto const& field : memscape::limit_fields) field.set(snap.process.limits, ++next);
  snap.process.limits.kind = memscape::limit_kind::cgroup_max;
  std::array<char, metrics<>::max_size<layout>> detailed{};
  pages += metrics<>::write(detailed, snap, format);
  return pages;
}

TEST_CASE("golden: the pages of metrics are the committed ones") {
  is_committed("metrics.txt", pages_of(metric_format::prometheus));
  is_committed("openmetrics.txt", pages_of(metric_format::openmetrics));
  is_committed("metrics_full.txt", full_pages_of(metric_format::prometheus));
  is_committed("openmetrics_full.txt", full_pages_of(metric_format::openmetrics));
}

}  // namespace
