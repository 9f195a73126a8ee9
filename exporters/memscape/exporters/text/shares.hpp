// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>

namespace memscape::inline v0 {

/// What a node has of the whole, in tenths of a percent, and room to compute it.
struct text_share {
  unsigned tenths;
  std::uint64_t remainder;
};

/// Deals 100.0 % out among the roots of a tree and what is untracked, in proportion to what they have, by
/// the largest-remainder method: the sum is exactly 100.0, and none is a tenth or more off. A node's share
/// is dealt out among its children in the same way. As the dashboard does it.
/// Cost: a division a node, and for each group as many looks at its children as rounding leaves tenths.
/// Threads: any; nothing is kept.
class text_shares {
 public:
  static constexpr unsigned whole = 1000;

  /// Fills `shares`, one for each node, and returns the share of `untracked`. Where there is nothing to
  /// divide, nobody gets anything. `nodes[i]` knows its `end`, and `amount(i)` is what it has.
  template <class Nodes, class Amount>
  static constexpr auto deal(Nodes const& nodes, std::size_t size, Amount const& amount,
                             bytes untracked, text_share* shares) noexcept -> unsigned {
    auto const rest = deal_range(nodes, 0, size, amount, untracked, whole, shares);
    for (std::size_t i = 0; i < size; ++i) {
      auto const begin = i + 1;
      auto const end = nodes[i].end;
      if (begin >= end) continue;
      bytes children;
      for (std::size_t child = begin; child < end; child = nodes[child].end) {
        children += amount(child);
      }
      // What a group has beyond its children is nobody's.
      deal_range(nodes, begin, end, amount, amount(i) - children, shares[i].tenths, shares);
    }
    return rest;
  }

 private:
  template <class Nodes, class Amount>
  static constexpr auto deal_range(Nodes const& nodes, std::size_t begin, std::size_t end,
                                   Amount const& amount, bytes rest, unsigned units,
                                   text_share* shares) noexcept -> unsigned {
    auto const each = [&](auto const& work) {
      for (auto i = begin; i < end; i = nodes[i].end) work(shares[i], amount(i).value());
    };
    std::uint64_t largest = rest.value();
    std::uint64_t parts = 1;
    each([&](text_share&, std::uint64_t value) {
      largest |= value;
      ++parts;
    });
    // So that the sum fits, and a thousand times it; what that loses is far below a tenth.
    auto const needed = std::bit_width(largest) + std::bit_width(parts) + std::bit_width(whole);
    auto const shift = static_cast<unsigned>((std::max)(0, static_cast<int>(needed) - 64));
    std::uint64_t sum = rest.value() >> shift;
    each([&](text_share&, std::uint64_t value) { sum += value >> shift; });

    auto left = sum == 0 ? 0 : units;
    auto const deal_one = [&](text_share& share, std::uint64_t value) {
      share = {0, 0};
      if (sum == 0) return;
      auto const exact = (value >> shift) * units;
      share = {static_cast<unsigned>(exact / sum), exact % sum};
      left -= share.tenths;
    };
    text_share other{};
    each(deal_one);
    deal_one(other, rest.value());
    // The earlier row wins a tie, so that equal rows do not swap from one picture to the next.
    for (; left > 0; --left) {
      text_share* most = nullptr;
      auto const look = [&most](text_share& share, std::uint64_t) {
        if (most == nullptr || share.remainder > most->remainder) most = &share;
      };
      each(look);
      look(other, 0);
      ++most->tenths;
      most->remainder = 0;
    }
    return other.tenths;
  }
};

}  // namespace memscape::inline v0
