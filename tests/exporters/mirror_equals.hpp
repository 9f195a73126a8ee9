// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <memscape/registry/snapshot.hpp>
#include <memscape/tree/layout.hpp>

namespace test_support {

/// Whether a mirror holds the sender's snapshot, number for number. Of groups the wire has `used`: the
/// rest is compared where `groups_are_sums`, which random snapshots are not.
template <class Layout>
[[nodiscard]] auto equals(memscape::decoded_snapshot const* mirrored,
                          memscape::snapshot<Layout> const& sent, bool groups_are_sums) -> bool {
  if (mirrored == nullptr || mirrored->nodes.size() != Layout::size) return false;
  for (std::size_t i = 0; i < Layout::size; ++i) {
    bool const whole = groups_are_sums || !Layout::nodes[i].is_group;
    if (mirrored->nodes[i].used != sent.nodes[i].used) return false;
    if (whole && !(mirrored->nodes[i] == sent.nodes[i])) return false;
  }
  return mirrored->sequence == sent.sequence && mirrored->time_ms == sent.time_ms &&
         mirrored->sample_ns == sent.sample_ns && mirrored->process == sent.process &&
         mirrored->untracked == sent.untracked() && mirrored->overcounted == sent.overcounted() &&
         mirrored->errors.size() == sent.process.errors.size() &&
         mirrored->detail_errors.size() == mirrored->process.detail_errors.size();
}

/// Whether a mirror has learned this layout; labels only where they are UTF-8, which JSON asks for.
template <class Layout>
[[nodiscard]] auto equals(memscape::decoded_tree const& mirrored, bool labels_too) -> bool {
  if (mirrored.size() != Layout::size) return false;
  for (std::size_t i = 0; i < Layout::size; ++i) {
    memscape::layout_node const& sent = Layout::nodes[i];
    memscape::decoded_node const& node = mirrored[i];
    if (labels_too && node.label != sent.label) return false;
    if (node.key != sent.key || node.parent != sent.parent || node.depth != sent.depth ||
        node.end != sent.end || node.is_group != sent.is_group) {
      return false;
    }
  }
  return true;
}

}  // namespace test_support
