// SPDX-License-Identifier: MIT
// Trees of generated shapes with random usages: what must hold of every one of them, checked
// against a model that is a plain array of depths.
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <doctest/doctest.h>

#include <memscape/readers/fixed.hpp>
#include <memscape/registry/registry.hpp>
#include <memscape/tree/group.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/leaf.hpp>

#include "property/numbered.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::group;
using memscape::leaf;
using memscape::process_memory;
using memscape::registry;
using memscape::usage;

// splitmix64, https://prng.di.unimi.it/splitmix64.c
class random_numbers {
 public:
  constexpr explicit random_numbers(std::uint64_t seed) noexcept : state_{seed} {}

  constexpr auto next() noexcept -> std::uint64_t {
    state_ += 0x9e3779b97f4a7c15U;
    auto z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31U);
  }
  constexpr auto below(std::uint64_t limit) noexcept -> std::uint64_t { return next() % limit; }

 private:
  std::uint64_t state_;
};

// A forest in pre-order is its sequence of depths: a node is a group when the next one is deeper.
template <std::size_t Size>
struct forest {
  static constexpr std::size_t size = Size;

  std::array<std::size_t, Size> depth{};

  [[nodiscard]] constexpr auto is_group(std::size_t node) const -> bool {
    return node + 1 < Size && depth[node + 1] > depth[node];
  }
  [[nodiscard]] constexpr auto end(std::size_t node) const -> std::size_t {
    auto next = node + 1;
    while (next < Size && depth[next] > depth[node]) ++next;
    return next;
  }
  [[nodiscard]] constexpr auto parent(std::size_t node) const -> std::size_t {
    if (depth[node] == 0) return memscape::layout_node::no_parent;
    auto above = node - 1;
    while (depth[above] >= depth[node]) --above;
    return above;
  }
  [[nodiscard]] constexpr auto deepest() const -> std::size_t {
    std::size_t most = 0;
    for (auto const d : depth) most = d > most ? d : most;
    return most;
  }
};

template <std::size_t Size>
[[nodiscard]] constexpr auto random_forest(std::uint64_t seed, std::size_t deepest)
    -> forest<Size> {
  random_numbers random{seed};
  forest<Size> tree;
  for (std::size_t i = 1; i < Size; ++i) {
    auto const above = tree.depth[i - 1];
    // Down half of the time, so that the walk reaches the depth it may.
    auto const choice = random.below(2) == 0 ? above + 1 : random.below(above + 2);
    tree.depth[i] = choice < deepest ? choice : deepest;
  }
  return tree;
}

template <std::size_t Size>
[[nodiscard]] constexpr auto flat() -> forest<Size> {
  return {};
}

// Each node in the one before.
template <std::size_t Size>
[[nodiscard]] constexpr auto chain() -> forest<Size> {
  forest<Size> tree;
  for (std::size_t i = 0; i < Size; ++i) tree.depth[i] = i;
  return tree;
}

// One group of all others.
template <std::size_t Size>
[[nodiscard]] constexpr auto one_group() -> forest<Size> {
  forest<Size> tree;
  for (std::size_t i = 1; i < Size; ++i) tree.depth[i] = 1;
  return tree;
}

struct told {
  usage const* value;
  [[nodiscard]] auto sample() const noexcept -> usage { return *value; }
};

// The nodes of one level between two indices, as constants.
template <auto Tree, std::size_t First, std::size_t End>
struct siblings {
  static constexpr std::size_t number = [] {
    std::size_t n = 0;
    for (auto i = First; i < End; i = Tree.end(i)) ++n;
    return n;
  }();
  static constexpr std::array<std::size_t, number> all = [] {
    std::array<std::size_t, number> indices{};
    std::size_t n = 0;
    for (auto i = First; i < End; i = Tree.end(i)) indices[n++] = i;
    return indices;
  }();
};

template <auto Tree, std::size_t Node>
[[nodiscard]] auto build(usage const* told_by) {
  if constexpr (Tree.is_group(Node)) {
    using children = siblings<Tree, Node + 1, Tree.end(Node)>;
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
      return group<test_support::key<Node>, test_support::label<Node>>(
          build<Tree, children::all[I]>(told_by)...);
    }(std::make_index_sequence<children::number>{});
  } else {
    return leaf<test_support::key<Node>, test_support::label<Node>>(told{told_by + Node});
  }
}

template <auto Tree>
[[nodiscard]] auto build_registry(memscape::fixed_reader<1> reader, usage const* told_by) {
  using roots = siblings<Tree, 0, Tree.size>;
  return [&]<std::size_t... I>(std::index_sequence<I...>) {
    return registry{reader, build<Tree, roots::all[I]>(told_by)...};
  }(std::make_index_sequence<roots::number>{});
}

// Small numbers mostly; now and then one that no sum holds.
[[nodiscard]] auto random_amount(random_numbers& random) -> std::uint64_t {
  switch (random.below(16)) {
    case 0: return 0;
    case 1: return std::numeric_limits<std::uint64_t>::max() - random.below(3);
    case 2: return random.next();
    default: return random.below(std::uint64_t{1} << 40U);
  }
}

template <class Amount>
[[nodiscard]] auto perhaps(random_numbers& random) -> std::optional<Amount> {
  if (random.below(8) == 0) return std::nullopt;
  return Amount{random_amount(random)};
}

[[nodiscard]] auto random_usage(random_numbers& random) -> usage {
  return {.used = bytes{random_amount(random)},
          .committed = perhaps<bytes>(random),
          .peak = perhaps<bytes>(random),
          .objects = perhaps<count>(random),
          .slot_count = perhaps<count>(random)};
}

// The model's arithmetic shares nothing with the library's.
__extension__ using wide = unsigned __int128;

[[nodiscard]] auto cap(wide sum) -> std::uint64_t {
  constexpr wide most = std::numeric_limits<std::uint64_t>::max();
  return static_cast<std::uint64_t>(sum > most ? most : sum);
}

template <auto Tree, class Snapshot, class Field>
[[nodiscard]] auto groups_add_up(Snapshot const& snap, std::array<usage, Tree.size> const& told_by,
                                 Field field) -> bool {
  for (std::size_t i = 0; i < Tree.size; ++i) {
    if (!Tree.is_group(i)) continue;
    wide sum = 0;
    bool known = true;
    for (auto below = i + 1; below < Tree.end(i); ++below) {
      if (Tree.is_group(below)) continue;
      auto const amount = field(told_by[below]);
      known = known && amount.has_value();
      if (known) sum += amount->value();
    }
    auto const got = field(snap.nodes[i]);
    if (got.has_value() != known || (known && got->value() != cap(sum))) return false;
  }
  return true;
}

template <auto Tree, class Snapshot>
[[nodiscard]] auto account_closes(Snapshot const& snap, std::array<usage, Tree.size> const& told_by)
    -> bool {
  wide sum = 0;
  for (std::size_t i = 0; i < Tree.size; ++i) {
    if (!Tree.is_group(i)) sum += told_by[i].used.value();
  }
  auto const tracked = cap(sum);
  if (snap.tracked().value() != tracked) return false;
  auto const untracked = snap.untracked();
  auto const overcounted = snap.overcounted();
  if (!snap.process.rss) return !untracked && !overcounted;
  if (!untracked || !overcounted) return false;
  // One of the two is zero, and no step of the account wraps.
  return (untracked->value() == 0 || overcounted->value() == 0) &&
         wide{tracked} + untracked->value() - overcounted->value() == snap.process.rss->value();
}

template <auto Tree, class Snapshot>
[[nodiscard]] auto leaves_say_what_they_were_told(Snapshot const& snap,
                                                  std::array<usage, Tree.size> const& told_by)
    -> bool {
  for (std::size_t i = 0; i < Tree.size; ++i) {
    if (!Tree.is_group(i) && snap.nodes[i] != told_by[i]) return false;
    if (Tree.is_group(i) && snap.nodes[i].peak) return false;
  }
  return true;
}

constexpr std::uint64_t base_seed = 0x6d656d7363617065;

template <auto Tree>
void check_cases(std::uint64_t cases) {
  for (std::uint64_t i = 0; i < cases; ++i) {
    auto const seed = base_seed + i;
    CAPTURE(seed);
    CAPTURE(Tree.size);
    random_numbers random{seed};
    std::array<usage, Tree.size> told_by{};
    for (auto& each : told_by) each = random_usage(random);
    process_memory process{.rss = perhaps<bytes>(random)};
    // Also an account that closes to the byte.
    if (random.below(8) == 0) process.rss = told_by[0].used;

    auto memory = build_registry<Tree>(memscape::fixed_reader{process}, told_by.data());
    auto const snap = memory.collect();

    REQUIRE(leaves_say_what_they_were_told<Tree>(snap, told_by));
    REQUIRE(
        groups_add_up<Tree>(snap, told_by, [](usage const& u) { return std::optional{u.used}; }));
    REQUIRE(groups_add_up<Tree>(snap, told_by, [](usage const& u) { return u.committed; }));
    REQUIRE(groups_add_up<Tree>(snap, told_by, [](usage const& u) { return u.objects; }));
    REQUIRE(groups_add_up<Tree>(snap, told_by, [](usage const& u) { return u.slot_count; }));
    REQUIRE(account_closes<Tree>(snap, told_by));
  }
}

template <auto Tree>
void check_layout() {
  using layout = typename decltype(build_registry<Tree>(memscape::fixed_reader{process_memory{}},
                                                        nullptr))::layout;
  CAPTURE(Tree.size);
  static_assert(layout::size == Tree.size && layout::keys_are_unique());
  auto const& nodes = layout::nodes;
  for (std::size_t i = 0; i < layout::size; ++i) {
    CAPTURE(i);
    CHECK(nodes[i].is_group == Tree.is_group(i));
    CHECK(nodes[i].depth == Tree.depth[i]);
    CHECK(nodes[i].end == Tree.end(i));
    CHECK(nodes[i].parent == Tree.parent(i));
    CHECK(layout::index_of(nodes[i].key) == i);
    CHECK(nodes[i].label[0] == 'N');
    CHECK(nodes[i].label.substr(1) == nodes[i].key.substr(1));
    if (nodes[i].is_root()) continue;
    // What holds of every tree, the model apart.
    auto const& parent = nodes[nodes[i].parent];
    CHECK(nodes[i].parent < i);
    CHECK(nodes[i].end <= parent.end);
    CHECK(nodes[i].depth == parent.depth + 1);
    CHECK(parent.is_group);
  }
}

constexpr auto tree_of_200 = random_forest<200>(1, 9);
constexpr auto deep_tree = random_forest<60>(2, 20);
constexpr auto shallow_tree = random_forest<45>(3, 2);
static_assert(tree_of_200.deepest() >= 6 && deep_tree.deepest() >= 6);

TEST_CASE("trees: the layout of every shape is its model's") {
  check_layout<tree_of_200>();
  check_layout<deep_tree>();
  check_layout<shallow_tree>();
  check_layout<flat<1>()>();
  check_layout<flat<200>()>();
  check_layout<chain<12>()>();
  check_layout<one_group<200>()>();
}

// 12,000 cases in all.
TEST_CASE("trees: groups add up and the account closes, 200 nodes at most nine deep") {
  check_cases<tree_of_200>(1000);
}
TEST_CASE("trees: groups add up and the account closes, deep") { check_cases<deep_tree>(3000); }
TEST_CASE("trees: groups add up and the account closes, shallow") {
  check_cases<shallow_tree>(3000);
}
TEST_CASE("trees: groups add up and the account closes, a single leaf") {
  check_cases<flat<1>()>(1000);
}
TEST_CASE("trees: groups add up and the account closes, leaves alone") {
  check_cases<flat<200>()>(500);
}
TEST_CASE("trees: groups add up and the account closes, each group in the one before") {
  check_cases<chain<12>()>(3000);
}
TEST_CASE("trees: groups add up and the account closes, one group of all") {
  check_cases<one_group<200>()>(500);
}

}  // namespace
