// SPDX-License-Identifier: MIT
#include <cstring>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/usage.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::usage;

// A snapshot is made of these, and goes through memcpy and rings.
static_assert(std::is_trivially_copyable_v<usage>);
static_assert(std::is_nothrow_default_constructible_v<usage>);

TEST_CASE("usage: what was not measured is absent, not zero") {
  constexpr auto test = [] {
    usage const nothing;
    return nothing.used == bytes{} && !nothing.committed && !nothing.peak && !nothing.objects &&
           !nothing.slot_count;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("usage: an absent number differs from zero") {
  constexpr auto test = [] {
    return usage{} != usage{.used = {}, .committed = bytes{}} &&
           usage{} != usage{.used = {}, .peak = bytes{}} &&
           usage{} != usage{.used = {}, .objects = count{}} &&
           usage{} != usage{.used = {}, .slot_count = count{}} &&
           usage{.used = bytes{1}} != usage{} && usage{.used = bytes{7}} == usage{.used = bytes{7}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("usage: a memcpy is a copy") {
  usage const from{.used = bytes{1},
                   .committed = bytes{2},
                   .peak = bytes{3},
                   .objects = count{4},
                   .slot_count = count{5}};
  usage to;
  std::memcpy(&to, &from, sizeof to);
  CHECK(to == from);
}

}  // namespace
