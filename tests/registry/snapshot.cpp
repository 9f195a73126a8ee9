// SPDX-License-Identifier: MIT
#include <cstdint>
#include <cstring>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/registry/snapshot.hpp>
#include <memscape/tree/layout.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::group_shape;
using memscape::layout;
using memscape::leaf_shape;
using memscape::usage;

using tree =
    layout<leaf_shape<"arena", "Arena">,
           group_shape<"heap", "Heap", leaf_shape<"small", "Small">, leaf_shape<"large", "Large">>,
           leaf_shape<"io", "I/O">>;
using snapshot = memscape::snapshot<tree>;

static_assert(std::is_trivially_copyable_v<snapshot>);
static_assert(std::is_nothrow_default_constructible_v<snapshot>);

constexpr auto filled(std::uint64_t rss) -> snapshot {
  snapshot snap;
  snap.sequence = 3;
  snap.time_ms = 1'764'000'000'000;
  snap.sample_ns = 2100;
  snap.process.rss = bytes{rss};
  snap.nodes = {usage{.used = bytes{1}}, usage{.used = bytes{20}}, usage{.used = bytes{5}},
                usage{.used = bytes{15}, .objects = count{2}}, usage{.used = bytes{300}}};
  return snap;
}

TEST_CASE("snapshot: at gives the node of a key") {
  constexpr auto test = [] {
    auto const snap = filled(1000);
    return snap.at<"arena">().used == bytes{1} && snap.at<"heap">().used == bytes{20} &&
           snap.at<"small">().used == bytes{5} && snap.at<"large">().objects == count{2} &&
           snap.at<"io">().used == bytes{300} && &snap.at<"large">() == &snap.nodes[3];
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: tracked is the roots alone: what stands in a group counts once") {
  constexpr auto test = [] { return filled(1000).tracked() == bytes{321}; };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: what no source accounts for is untracked") {
  constexpr auto test = [] {
    return filled(1000).untracked() == bytes{679} && filled(1000).overcounted() == bytes{0};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: what sources claim beyond RSS is published, not clamped away") {
  constexpr auto test = [] {
    return filled(300).untracked() == bytes{0} && filled(300).overcounted() == bytes{21};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: an account that closes has neither") {
  constexpr auto test = [] {
    return filled(321).untracked() == bytes{0} && filled(321).overcounted() == bytes{0};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: without RSS both are unknown, and not zero") {
  constexpr auto test = [] {
    auto snap = filled(1000);
    snap.process.rss.reset();
    return !snap.untracked() && !snap.overcounted() && snap.tracked() == bytes{321};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: RSS of zero is a measurement") {
  constexpr auto test = [] {
    return filled(0).untracked() == bytes{0} && filled(0).overcounted() == bytes{321};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: tracked stops at the end of the range") {
  constexpr auto test = [] {
    auto snap = filled(1000);
    snap.nodes[0].used = bytes::max();
    return snap.tracked() == bytes::max() && snap.overcounted() == bytes{UINT64_MAX - 1000};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: every number takes part in comparison") {
  constexpr auto test = [] {
    auto const differs = [](auto change) {
      auto changed = filled(1000);
      change(changed);
      return changed != filled(1000);
    };
    return !differs([](auto& snap) { snap.sequence += 0; })            //
           && differs([](auto& snap) { ++snap.sequence; })             //
           && differs([](auto& snap) { ++snap.time_ms; })              //
           && differs([](auto& snap) { ++snap.sample_ns; })            //
           && differs([](auto& snap) { snap.process.vms = bytes{}; })  //
           && differs([](auto& snap) { snap.nodes[4].committed = bytes{}; });
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("snapshot: a memcpy is a copy") {
  auto const from = filled(1000);
  snapshot to;
  std::memcpy(&to, &from, sizeof to);
  CHECK(to == from);
}

}  // namespace
