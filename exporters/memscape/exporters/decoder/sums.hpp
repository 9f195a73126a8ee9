// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <vector>

namespace memscape::inline v0 {

/// Computes what the wire leaves out of groups, as `group` does it in the sender: `committed`, `objects`
/// and `slot_count` are the sums of the children, and absent where a child does not know its own; `peak` is
/// absent. `used` stays as the sender said it. Cost: linear. Threads: any.
inline void sum_groups(decoded_tree const& tree, std::vector<usage>& nodes) noexcept {
  auto const add = [](auto& sum, auto const& amount) {
    if (sum && amount) {
      *sum += *amount;
    } else {
      sum.reset();
    }
  };
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (tree[i].is_group) {
      nodes[i] = {
          .used = nodes[i].used, .committed = bytes{}, .objects = count{}, .slot_count = count{}};
    }
  }
  // Backwards, so that a group is whole before it is added to its parent.
  for (std::size_t i = nodes.size(); i-- > 0;) {
    if (tree[i].is_root()) continue;
    auto& parent = nodes[tree[i].parent];
    add(parent.committed, nodes[i].committed);
    add(parent.objects, nodes[i].objects);
    add(parent.slot_count, nodes[i].slot_count);
  }
}

}  // namespace memscape::inline v0
