// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/address_range.hpp>

namespace memscape::inline v0 {

/// Where a walk through the ranges of a tree has come to: a node, and the number of a range of its source.
struct range_place {
  std::size_t node = 0;
  std::size_t range = 0;
};

/// Takes ranges of a source from `at` on, until `into.goes_on()` is false. Returns false, and where to go on, if
/// there may be more.
/// Errors: a source that visits on behind a false, or returns a number that does not rise, is asked once more, for
/// all that is left.
/// Cost: that of the source's ranges(visit, from).
template <class Source, class Into>
constexpr auto take_piece(Source const& source, std::size_t index, Into& into,
                          range_place& at) noexcept -> bool {
  std::size_t taken = 0;
  bool stopped = false;
  bool goes_on_all_the_same = false;
  auto const take = [&](address_range range) noexcept -> bool {
    if (stopped) goes_on_all_the_same = true;
    if (stopped || !into.goes_on()) {
      stopped = true;
      return false;
    }
    into.take(index, range);
    ++taken;
    return true;
  };
  std::size_t const next = source.ranges(take, at.range);
  if (!stopped) return true;
  bool const moves_on = next > at.range || (next == at.range && taken == 0);
  if (moves_on && !goes_on_all_the_same) {
    at = {index, next};
    return false;
  }
  auto const take_rest = [&](address_range range) noexcept -> bool {
    if (taken == 0) {
      into.take(index, range);
    } else {
      --taken;
    }
    return true;
  };
  (void)source.ranges(take_rest, at.range);
  return true;
}

/// The same of a source that visits all its ranges: in each call those are passed over that were taken before, so
/// that a slice of an audit is not as long as the list. A list that changes between two calls is told wrong.
/// Cost: a visit of all for each 32,768 ranges, or for each eighth of those taken before where that is more.
template <class Source, class Into>
constexpr auto take_counted_piece(Source const& source, std::size_t index, Into& into,
                                  range_place& at) noexcept -> bool {
  std::size_t const begin = at.range;
  std::size_t const end = begin + (begin / 8 > 32'768 ? begin / 8 : 32'768);
  std::size_t number = 0;
  source.ranges([&](address_range range) noexcept {
    if (begin <= number && number < end) into.take(index, range);
    ++number;
  });
  if (number <= end) return true;
  at = {index, end};
  return false;
}

/// Goes on from `at` with each node of a pack, the first of which has `index`, until one stops: then false.
template <class Pack, class Into>
[[gnu::always_inline]] constexpr auto ranges_of_each(Pack const& nodes, std::size_t index,
                                                     Into& into, range_place& at) noexcept -> bool {
  bool ended = true;
  nodes.for_each([&]<class Node>(Node const& node) __attribute__((always_inline)) {
    ended = ended && (at.node >= index + Node::shape::size || node.ranges_from(index, into, at));
    index += Node::shape::size;
  });
  return ended;
}

}  // namespace memscape::inline v0
