// SPDX-License-Identifier: MIT
// What a scraper receives, byte for byte, as it stands in metrics.txt and openmetrics.txt. A difference
// breaks queries and rules of others: if it is meant, run this with MEMSCAPE_WRITE_GOLDEN=1 and review.
#include <array>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <iterator>
#include <memscape/exporters/openmetrics.hpp>
#include <memscape/memscape.hpp>
#include <string>

#include "golden/registry.hpp"

namespace {

using memscape::metric_format;
using memscape::metrics;

// All four instants, one page behind another.
void is_committed(char const* name, metric_format format) {
  auto memory = test_support::make_golden_registry();
  std::array<char, metrics<>::max_size<decltype(memory)::layout>> page{};
  std::string pages;
  for (int i = 0; i < 4; ++i) pages += metrics<>::write(page, memory.collect(), format);

  auto const path = std::string{MEMSCAPE_GOLDEN_FOLDER "/"} + name;
  if (std::getenv("MEMSCAPE_WRITE_GOLDEN") != nullptr) std::ofstream{path} << pages;
  std::ifstream file{path};
  REQUIRE(file);
  std::string const expected{std::istreambuf_iterator<char>{file}, {}};
  CHECK(pages == expected);
}

TEST_CASE("golden: the pages of metrics are the committed ones") {
  is_committed("metrics.txt", metric_format::prometheus);
  is_committed("openmetrics.txt", metric_format::openmetrics);
}

}  // namespace
