// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/registry/snapshot.hpp>

namespace memscape::inline v0 {

/// The snapshot whose numbers need the most digits that any can: what exporters measure to know the size
/// of their largest frame, exactly.
template <class Layout>
[[nodiscard]] constexpr auto longest_snapshot() noexcept -> snapshot<Layout> {
  snapshot<Layout> longest;
  constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
  longest.sequence = longest.time_ms = longest.sample_ns = most;
  usage fullest{};
  for (auto const& field : usage_fields) field.set(fullest, most);
  longest.nodes.fill(fullest);
  auto& process = longest.process;
  for (auto const& field : process_fields) field.set(process, most);
  // 20 digits, and far enough below the sum of the nodes for 19 digits overcounted. Untracked is then 0;
  // both at once cannot be longer, because they are one difference and its sign.
  process.rss = bytes{10'000'000'000'000'000'000U};
  for (std::int32_t i = 0; i < std::int32_t{read_errors::capacity}; ++i) {
    process.errors.add({longest_step(), (std::numeric_limits<std::int32_t>::min)() + i});
  }
  if constexpr (detailed<typename process_of<Layout>::type>) {
    for (auto const& field : extended_fields) field.set(process, most);
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
