// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/longest.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/exporters/json/snapshot.hpp>
#include <memscape/exporters/writer.hpp>
#include <vector>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::longest_snapshot;
using memscape::snapshot;
using memscape::writer;
using test_support::group_first;
using test_support::one_leaf;

template <class Layout>
constexpr auto size_of(snapshot<Layout> const& snap) -> std::size_t {
  writer counter;
  memscape::json_snapshot::put(counter, snap);
  return counter.size();
}

// The only numbers that hang together are RSS, what the roots use, and the differences of the two:
// at the ends of each number of digits every combination is tried, for sums and for nodes that no
// group could have.
template <class Layout>
auto worst_of_all_combinations() -> std::size_t {
  constexpr auto max = std::numeric_limits<std::uint64_t>::max();
  std::vector<std::uint64_t> ends{0, max, max - 1};
  for (std::uint64_t power = 1;; power *= 10) {
    for (auto const base : {power, max - power}) {
      ends.push_back(base - 1);
      ends.push_back(base);
      ends.push_back(base == max ? max : base + 1);
    }
    if (power > max / 10) break;
  }
  std::size_t worst = 0;
  auto snap = longest_snapshot<Layout>();
  for (auto const rss : ends) {
    snap.process.rss = bytes{rss};
    for (auto const used : ends) {
      for (std::size_t i = 0; i < Layout::size; i = Layout::nodes[i].end) {
        snap.nodes[i].used = bytes{used};
      }
      worst = std::max(worst, size_of(snap));
    }
  }
  snap.process.rss.reset();
  return std::max(worst, size_of(snap));
}

TEST_CASE("longest: no RSS and no usage make a longer text") {
  CHECK(worst_of_all_combinations<one_leaf>() == size_of(longest_snapshot<one_leaf>()));
  CHECK(worst_of_all_combinations<group_first>() == size_of(longest_snapshot<group_first>()));
}

constexpr auto every_number_is_as_long_as_it_can_be() -> bool {
  constexpr auto longest = longest_snapshot<group_first>();
  constexpr auto twenty_digits = std::uint64_t{10'000'000'000'000'000'000U};
  for (auto const number : {longest.sequence, longest.time_ms, longest.sample_ns}) {
    if (number < twenty_digits) return false;
  }
  for (auto const& node : longest.nodes) {
    for (auto const number : {node.used.value(), node.committed->value(), node.peak->value(),
                              node.objects->value(), node.slot_count->value()}) {
      if (number < twenty_digits) return false;
    }
  }
  for (auto const& error : longest.process.errors) {
    if (error.code > -2'000'000'000) return false;
    if (error.step != memscape::longest_step()) return false;
  }
  return longest.process.errors.size() == memscape::read_errors::capacity &&
         longest.overcounted()->value() >= twenty_digits / 10;
}
static_assert(every_number_is_as_long_as_it_can_be());
TEST_CASE("longest: every number is as long as it can be") {
  CHECK(every_number_is_as_long_as_it_can_be());
}

}  // namespace
