// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/longest_ledger.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;

auto const longest = memscape::longest_ledger<test_support::group_first>();

TEST_CASE("longest_ledger: every number is there, and every list but the tables is full") {
  CHECK(longest.rss == bytes::max());
  REQUIRE(longest.malloc);
  CHECK(std::to_string(longest.malloc->age_ms).size() == 20);
  for (auto const& source : longest.sources) CHECK((source.unmapped && source.overlapped));
  CHECK(longest.outside_rss.cgroup_socket);
  CHECK(longest.faults.size() == memscape::ledger_faults::capacity);
  CHECK(longest.files.size() == 0);
  std::size_t causes = 0;
  longest.each_cause([&causes](auto, auto, auto const&) { ++causes; });
  CHECK(causes == memscape::cause_count);
}

TEST_CASE("longest_ledger: fragmentation is as long as the longest number") {
  for (auto const& source : longest.sources) {
    CHECK(std::to_string(*source.fragmentation()).size() == 20);
    CHECK(std::to_string(source.resident.value()).size() == 20);
    CHECK(source.said.used == bytes::max());
  }
}

}  // namespace
