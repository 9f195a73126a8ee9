// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/core/read_error.hpp>
#include <memscape/exporters/decoder/snapshot.hpp>

using memscape::decoded_error;
using memscape::decoded_snapshot;
using memscape::read_step;

namespace {

constexpr auto every_step_is_found_by_its_name() -> bool {
  for (std::size_t i = 0; i < std::size(memscape::read_step_names); ++i) {
    auto const step = static_cast<read_step>(i);
    if (memscape::read_step_of(name_of(step)) != step) return false;
  }
  return !memscape::read_step_of("") && !memscape::read_step_of("unknown");
}
static_assert(every_step_is_found_by_its_name());

}  // namespace

TEST_CASE("a step is known by its name, and stays what it is when it is not known") {
  CHECK(every_step_is_found_by_its_name());
  CHECK(decoded_error{"getrusage", 1}.known_step() == read_step::getrusage);
  CHECK_FALSE(decoded_error{"of_tomorrow", 1}.known_step());
}

TEST_CASE("snapshots are equal when every number is") {
  decoded_snapshot const one{.sequence = 1, .nodes = {{.used = memscape::bytes{1}}}};
  auto other = one;
  CHECK(one == other);
  other.nodes[0].peak = memscape::bytes{};
  CHECK_FALSE(one == other);
  other = one;
  other.errors.push_back({"getrusage", 1});
  CHECK_FALSE(one == other);
}
