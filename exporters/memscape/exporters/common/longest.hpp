// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/registry/snapshot.hpp>

namespace memscape::inline v0 {

/// The snapshot whose numbers need the most digits that any can: what exporters measure to know the size
/// of their largest frame, exactly.
template <class Layout>
[[nodiscard]] constexpr auto longest_snapshot() noexcept -> snapshot<Layout> {
  snapshot<Layout> longest;
  longest.sequence = longest.time_ms = longest.sample_ns =
      (std::numeric_limits<std::uint64_t>::max)();
  longest.nodes.fill(
      {(bytes::max)(), (bytes::max)(), (bytes::max)(), (count::max)(), (count::max)()});
  auto& process = longest.process;
  // 20 digits, and far enough below the sum of the nodes for 19 digits overcounted. Untracked is then 0;
  // both at once cannot be longer, because they are one difference and its sign.
  process.rss = bytes{10'000'000'000'000'000'000U};
  process.vms = process.shared = process.data = process.peak_rss = (bytes::max)();
  process.footprint = process.commit = (bytes::max)();
  process.page_faults_minor = process.page_faults_major = (count::max)();
  for (std::int32_t i = 0; i < std::int32_t{read_errors::capacity}; ++i) {
    process.errors.add({longest_step(), (std::numeric_limits<std::int32_t>::min)() + i});
  }
  if constexpr (detailed<typename process_of<Layout>::type>) {
    constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
    for (auto const& field : detail_fields) field.set(process, most);
    for (auto const& field : limit_fields) field.set(process.limits, most);
    for (std::size_t i = 0; i < std::size(limit_kind_names); ++i) {
      auto const kind = static_cast<limit_kind>(i);
      if (name_of(kind).size() > name_of(process.limits.kind).size()) process.limits.kind = kind;
    }
    process.detail_errors = process.errors;
  }
  return longest;
}

}  // namespace memscape::inline v0
