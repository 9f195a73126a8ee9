// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/address_range.hpp>
#include <memscape/core/concepts.hpp>
#include <memscape/core/fixed_string.hpp>
#include <memscape/tree/range_place.hpp>
#include <memscape/tree/shape.hpp>
#include <utility>

namespace memscape::inline v0 {

/// A leaf without its names. It samples its source and nothing else.
template <class Source>
struct source_node {
  using shape = nameless_shape<1>;

  [[no_unique_address]] Source source;

  constexpr void sample_into(usage* into) const noexcept { *into = source.sample(); }

  /// Calls `visit(index, range)` for each range that the source owns, `index` being this node's; and before
  /// them with no range, where the source offers ranges: it may have none at the time, and then owns nothing.
  template <class Visit>
  constexpr void ranges_into(std::size_t index, Visit&& visit) const noexcept {
    if constexpr (owns_ranges<Source>) {
      visit(index, address_range{});
      if constexpr (visits_ranges_noexcept<Source>) {
        source.ranges([&](address_range range) noexcept { visit(index, range); });
      } else {
        auto const take = [&](address_range range) noexcept -> bool {
          visit(index, range);
          return true;
        };
        (void)source.ranges(take, std::size_t{0});
      }
    }
  }

  /// As `ranges_into`, from `at` on, by `into.take(index, range)`. Where `into.goes_on()` is false it stops: then
  /// it returns false, and `at` is where to go on. A source that cannot be asked in pieces is asked again for each.
  template <class Into>
  constexpr auto ranges_from(std::size_t index, Into& into, range_place& at) const noexcept
      -> bool {
    if (at.node > index) return true;
    if constexpr (owns_ranges<Source>) {
      if (at.range == 0) {
        at = {index, 0};
        if (!into.goes_on()) return false;
        into.take(index, address_range{});
      }
      if constexpr (owns_ranges_in_pieces<Source>) {
        if (!take_piece(source, index, into, at)) return false;
      } else {
        if (!take_counted_piece(source, index, into, at)) return false;
      }
    }
    at = {index + 1, 0};
    return true;
  }

  /// Calls `visit(index, memory_home)` where the source says in which memory its own lies.
  template <class Visit>
  constexpr void homes_into(std::size_t index, Visit&& visit) const noexcept {
    if constexpr (says_home<Source>) visit(index, Source::lies_in);
  }
};

/// A named source: what `leaf<...>()` returns.
template <fixed_string Key, fixed_string Label, class Source>
struct leaf_node : source_node<Source> {
  using shape = leaf_shape<Key, Label>;
  using nameless = source_node<Source>;
};

/// Names a source. The key stands on the wire and in `snapshot::at`; the label is for people and
/// may hold any bytes. Without a label the key serves.
/// Errors: a type that is no source does not compile, and the message says what it lacks.
/// Cost: one copy of the source.
template <fixed_string Key, fixed_string Label = Key, class Source>
[[nodiscard]] constexpr auto leaf(Source source) noexcept {
  static_assert(is_key(Key.view()),
                "memscape: write this leaf's key in the form [a-z][a-z0-9_]*: it is a JSON member "
                "name and a metric label.");
  static_assert(!is_reserved(Key.view()),
                "memscape: give this leaf another key: 'untracked' and 'overcounted' are what the "
                "registry computes.");
  static_assert(
      Key.size() <= most_key_bytes,
      "memscape: give this leaf a key of at most 256 bytes: compilers limit what a name may cost.");
  static_assert(Label.size() <= most_label_bytes,
                "memscape: give this leaf a label of at most 256 bytes: compilers limit what a "
                "name may cost.");
  static_assert(
      copies<Source>,
      "memscape: make this source copyable: give it a pointer to its allocator instead of "
      "the allocator itself.");
  static_assert(samples<Source>,
                "memscape: give this source a member function "
                "`auto sample() const noexcept -> memscape::usage`.");
  if constexpr (samples<Source>) {
    static_assert(
        samples_noexcept<Source>,
        "memscape: mark this source's sample() noexcept: a snapshot cannot stop half way.");
    static_assert(samples_usage<Source>,
                  "memscape: let this source's sample() return memscape::usage, as in "
                  "`return {.used = memscape::bytes{n}};`.");
  }
  if constexpr (visits_ranges<Source>) {
    static_assert(
        visits_ranges_noexcept<Source>,
        "memscape: mark this source's ranges(visit) noexcept: a ledger cannot stop half way.");
  }
  if constexpr (visits_ranges_from<Source>) {
    static_assert(visits_ranges_from_noexcept<Source>,
                  "memscape: mark this source's ranges(visit, from) noexcept: a ledger cannot stop "
                  "half way.");
    static_assert(
        tells_where_it_stopped<Source>,
        "memscape: let this source's ranges(visit, from) return std::size_t: the number of the "
        "range at which visit answered false.");
  }
  if constexpr (allocator_source<Source>) {
    return leaf_node<Key, Label, Source>{{std::move(source)}};
  }
}

}  // namespace memscape::inline v0
