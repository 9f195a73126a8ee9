// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/registry/snapshot.hpp>

namespace memscape::inline v0 {

/// The snapshot whose numbers need the most digits that any can: what exporters measure to know the size
/// of their largest frame, exactly.
template <class Layout>
[[nodiscard]] constexpr auto longest_snapshot() noexcept -> snapshot<Layout> {
  snapshot<Layout> longest;
  longest.sequence = longest.time_ms = longest.sample_ns = std::numeric_limits<std::uint64_t>::max();
  longest.nodes.fill({bytes::max(), bytes::max(), bytes::max(), count::max(), count::max()});
  auto& process = longest.process;
  // 20 digits, and far enough below the sum of the nodes for 19 digits overcounted. Untracked is then 0;
  // both at once cannot be longer, because they are one difference and its sign.
  process.rss = bytes{10'000'000'000'000'000'000U};
  process.vms = process.shared = process.data = process.peak_rss = bytes::max();
  process.footprint = process.commit = bytes::max();
  process.page_faults_minor = process.page_faults_major = count::max();
  for (std::size_t i = 0; i < read_errors::capacity; ++i) {
    process.errors.add({longest_step(), std::numeric_limits<std::int32_t>::min()});
  }
  return longest;
}

}  // namespace memscape::inline v0
