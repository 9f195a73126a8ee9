// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_memory.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Picks the smallest limit, the innermost of equal ones, and says what is used of it. `group` is which of
/// the control groups' limits is met first: the one that what the group uses counts towards. Where that has
/// less left than the smallest, it stands instead, because others fill it too. Of RLIMIT_AS and RLIMIT_DATA
/// the one with less left counts. VMS stands in only where there
/// is no limit at all: it is none.
constexpr void choose_tightest(memory_limits& limits, process_memory const& memory,
                               limit_kind group) noexcept {
  limits.kind = limit_kind::none;
  limits.limit = std::nullopt;
  auto const take = [&limits](limit_kind kind, std::optional<bytes> limit) {
    if (!limit || (limits.limit && *limits.limit <= *limit)) return;
    limits.kind = kind;
    limits.limit = limit;
  };
  auto const of_group = kept_of(limits.cgroup_current, limits.cgroup_reclaimable);
  auto const measure = [&limits, &memory, of_group]() {
    bool const counts_vms = limits.kind == limit_kind::address_space;
    bool const counts_data = limits.kind == limit_kind::data;
    bool const counts_group = is_of_group(limits.kind);
    limits.limit_used = counts_vms ? memory.vms : counts_group ? of_group : memory.rss;
    if (counts_data) limits.limit_used = limits.data_used;
    limits.headroom = std::nullopt;
    if (!limits.limit || !limits.limit_used || !is_limit(limits.kind)) return;
    limits.headroom = *limits.limit - *limits.limit_used;
    if (!counts_vms && !counts_data && limits.ram_available &&
        *limits.ram_available < *limits.headroom) {
      limits.headroom = limits.ram_available;
    }
  };
  auto const groups_limit =
      group == limit_kind::cgroup_high ? limits.cgroup_high : limits.cgroup_limit;
  take(group, groups_limit);
  bool const both =
      limits.address_space_limit && memory.vms && limits.data_limit && limits.data_used;
  bool const data_first =
      both && *limits.data_limit - *limits.data_used < *limits.address_space_limit - *memory.vms;
  if (!data_first) take(limit_kind::address_space, limits.address_space_limit);
  if (!both || data_first) take(limit_kind::data, limits.data_limit);
  take(limit_kind::ram, limits.ram_total);
  if (!limits.limit) take(limit_kind::vms, memory.vms);
  measure();
  if (is_of_group(limits.kind) || !groups_limit || !of_group || !limits.headroom) return;
  if (*groups_limit - *of_group >= *limits.headroom) return;
  limits.kind = group;
  limits.limit = groups_limit;
  measure();
}

}  // namespace memscape::inline v0
