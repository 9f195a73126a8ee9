// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "random.hpp"

namespace test_support {

/// The ways to cut `bytes` that a test tries: whole, into single bytes, in two at every place, and at
/// random. Calls `run(pieces)` for each.
template <class Run>
void for_each_chunking(std::string_view bytes, std::size_t random_ones, Run&& run) {
  run(std::vector{bytes});
  std::vector<std::string_view> pieces;
  for (std::size_t i = 0; i < bytes.size(); ++i) pieces.push_back(bytes.substr(i, 1));
  run(pieces);
  for (std::size_t i = 0; i <= bytes.size(); ++i) {
    run(std::vector{bytes.substr(0, i), bytes.substr(i)});
  }
  random_numbers random{bytes.size()};
  for (std::size_t n = 0; n < random_ones; ++n) {
    pieces.clear();
    auto const longest = 1 + random.below(std::max(bytes.size(), std::size_t{1}));
    for (auto rest = bytes; !rest.empty();) {
      pieces.push_back(rest.substr(0, random.below(longest + 1)));  // empty ones too
      rest.remove_prefix(pieces.back().size());
    }
    run(pieces);
  }
}

}  // namespace test_support
