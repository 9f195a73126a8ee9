// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_memory.hpp>
#include <optional>

namespace memscape::inline v0 {

/// Picks the smallest limit, the innermost of equal ones, and says what the process uses of it. VMS stands
/// in only where there is no limit at all: it is none.
constexpr void choose_tightest(memory_limits& limits, process_memory const& memory,
                               bool is_version_1) noexcept {
  limits.kind = limit_kind::none;
  limits.limit = std::nullopt;
  auto const take = [&limits](limit_kind kind, std::optional<bytes> limit) {
    if (!limit || (limits.limit && *limits.limit <= *limit)) return;
    limits.kind = kind;
    limits.limit = limit;
  };
  take(is_version_1 ? limit_kind::cgroup_v1 : limit_kind::cgroup_max, limits.cgroup_limit);
  take(limit_kind::cgroup_high, limits.cgroup_high);
  take(limit_kind::address_space, limits.address_space_limit);
  take(limit_kind::ram, limits.ram_total);
  if (!limits.limit) take(limit_kind::vms, memory.vms);

  bool const counts_vms = limits.kind == limit_kind::address_space;
  limits.limit_used = counts_vms ? memory.vms : memory.rss;
  limits.headroom = std::nullopt;
  if (!limits.limit || !limits.limit_used || limits.kind == limit_kind::vms) return;
  limits.headroom = *limits.limit - *limits.limit_used;
  if (!counts_vms && limits.ram_available && *limits.ram_available < *limits.headroom) {
    limits.headroom = limits.ram_available;
  }
}

}  // namespace memscape::inline v0
