// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/concepts.hpp>
#include <memscape/core/fixed_string.hpp>
#include <memscape/tree/pack.hpp>
#include <memscape/tree/range_place.hpp>
#include <memscape/tree/shape.hpp>
#include <optional>
#include <utility>

namespace memscape::inline v0 {

/// A sum of amounts, which is unknown as soon as one of them is.
/// Cost: no branch on what is known, which would take longer than the sum.
template <class Unit>
class known_sum {
 public:
  constexpr void add(std::optional<quantity<Unit>> const& amount) noexcept {
    known_ &= amount.has_value();
    sum_ += amount.value_or(quantity<Unit>{});
  }
  [[nodiscard]] constexpr auto value() const noexcept -> std::optional<quantity<Unit>> {
    return known_ ? std::optional{sum_} : std::nullopt;
  }

 private:
  quantity<Unit> sum_{};
  bool known_ = true;
};

/// A group without its names: its value is the sum of its children. `committed`, `objects` and `slot_count` are summed where every child knows its own. `peak` stays
/// absent: children peak at different times, and a sum of peaks was never measured.
template <class... Children>
struct sum_node {
  using shape = nameless_shape<(1 + ... + Children::shape::size)>;

  [[no_unique_address]] pack<Children...> children;

  constexpr void sample_into(usage* into) const noexcept {
    bytes used;
    known_sum<byte_unit> committed;
    known_sum<count_unit> objects;
    known_sum<count_unit> slot_count;
    usage* next = into + 1;
    children.for_each([&]<class Child>(Child const& child) __attribute__((always_inline)) {
      child.sample_into(next);
      used += next->used;
      committed.add(next->committed);
      objects.add(next->objects);
      slot_count.add(next->slot_count);
      next += Child::shape::size;
    });
    *into = {.used = used,
             .committed = committed.value(),
             .objects = objects.value(),
             .slot_count = slot_count.value()};
  }

  /// Calls `visit(index, range)` as each leaf below does, `index` being the leaf's.
  template <class Visit>
  constexpr void ranges_into(std::size_t index, Visit&& visit) const noexcept {
    ++index;
    children.for_each([&]<class Child>(Child const& child) __attribute__((always_inline)) {
      child.ranges_into(index, visit);
      index += Child::shape::size;
    });
  }

  /// The same from `at` on, as each leaf below does, until one stops: then false.
  template <class Into>
  constexpr auto ranges_from(std::size_t index, Into& into, range_place& at) const noexcept
      -> bool {
    return ranges_of_each(children, index + 1, into, at);
  }

  /// Calls `visit(index, memory_home)` as each leaf below does, `index` being the leaf's.
  template <class Visit>
  constexpr void homes_into(std::size_t index, Visit&& visit) const noexcept {
    ++index;
    children.for_each([&]<class Child>(Child const& child) __attribute__((always_inline)) {
      child.homes_into(index, visit);
      index += Child::shape::size;
    });
  }
};

/// A named set of nodes: what `group<...>()` returns.
template <fixed_string Key, fixed_string Label, class... Children>
struct group_node : sum_node<nameless_of<Children>...> {
  using shape = group_shape<Key, Label, typename Children::shape...>;
  using nameless = sum_node<nameless_of<Children>...>;
};

/// Puts nodes under one name, at most 256 of them side by side, 128 levels deep with the leaves.
/// Errors: an empty group, or an argument that is no node, does not compile, and the message says
/// what to do. Cost: one move of each child.
template <fixed_string Key, fixed_string Label = Key, class... Children>
[[nodiscard]] constexpr auto group(Children... children) noexcept {
  static_assert(is_key(Key.view()),
                "memscape: write this group's key in the form [a-z][a-z0-9_]*: it is a JSON member "
                "name and a metric label.");
  static_assert(!is_reserved(Key.view()),
                "memscape: give this group another key: 'untracked' and 'overcounted' are what the "
                "registry computes.");
  static_assert(Key.size() <= most_key_bytes,
                "memscape: give this group a key of at most 256 bytes: compilers limit what a name "
                "may cost.");
  static_assert(Label.size() <= most_label_bytes,
                "memscape: give this group a label of at most 256 bytes: compilers limit what a "
                "name may cost.");
  static_assert(sizeof...(Children) > 0,
                "memscape: put at least one leaf<...>() or group<...>() into this group: its value "
                "is the sum of its children.");
  static_assert(
      sizeof...(Children) <= most_siblings,
      "memscape: put at most 256 nodes side by side into a group: split them into groups.");
  if constexpr (sizeof...(Children) <= most_siblings) {
    static_assert((node<Children> && ...),
                  "memscape: pass only leaf<...>() and group<...>() to a group: wrap a source as "
                  "leaf<\"key\", \"Label\">(source).");
    if constexpr (sizeof...(Children) > 0 && (node<Children> && ...)) {
      constexpr bool is_flat = group_node<Key, Label, Children...>::shape::levels <= most_levels;
      static_assert(is_flat,
                    "memscape: nest groups at most 128 levels deep, the leaves counted: put some "
                    "of them side by "
                    "side.");
      if constexpr (is_flat) {
        return group_node<Key, Label, Children...>{
            {{{static_cast<nameless_of<Children>&&>(children)}...}}};
      }
    }
  }
}

}  // namespace memscape::inline v0
