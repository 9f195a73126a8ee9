// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/units.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What bounds the process's memory, and so who says no, or kills.
enum class limit_kind : std::uint8_t {
  none,           ///< nothing is known that would
  cgroup_max,     ///< memory.max of a group that the process is in: the kernel kills
  cgroup_high,    ///< memory.high of such a group: the kernel slows the process down
  cgroup_v1,      ///< memory.limit_in_bytes of such a group, version 1: the kernel kills
  address_space,  ///< RLIMIT_AS: mmap(2) says ENOMEM; counts virtual memory
  data,           ///< RLIMIT_DATA: mmap(2) and brk(2) say ENOMEM; counts private writable memory
  ram,            ///< MemTotal: the machine's memory
  vms,            ///< no limit at all: the size of the address space, as the last resort of a gauge
};

/// The names of the kinds, as they stand on the wire and beside gauges.
inline constexpr std::string_view limit_kind_names[] = {
    "none",      "cgroup memory.max", "cgroup memory.high", "cgroup memory.limit_in_bytes",
    "RLIMIT_AS", "RLIMIT_DATA",       "MemTotal",           "VMS",
};

/// The kind's name.
[[nodiscard]] constexpr auto name_of(limit_kind kind) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(kind);
  return index < std::size(limit_kind_names) ? limit_kind_names[index] : "unknown";
}

/// What the process may use, and how near it is. What does not exist, or could not be read, is absent.
/// Threads: a plain value. Sources: cgroups(7), getrlimit(2), proc(5); the kernel's cgroup-v2.rst, psi.rst.
struct memory_limits {
  /// Which of the limits below is the smallest: the denominator of a gauge, by name.
  limit_kind kind = limit_kind::none;
  /// Its value. Units: bytes.
  std::optional<bytes> limit{};
  /// What counts towards it. Of a group's limit: what the whole group uses, other processes, tmpfs and
  /// the kernel's own included, and cannot give back: cgroup_current minus cgroup_reclaimable. Of
  /// RLIMIT_AS: this process's VMS. Of RLIMIT_DATA: `data_used`. Of the machine's memory: its RSS.
  std::optional<bytes> limit_used{};
  /// What is left of it, or of the machine's available memory where that is less. In a group, others
  /// may take it.
  std::optional<bytes> headroom{};

  /// The hard limit that is met first, of the groups that the process is in, from its own up to the top of
  /// what is mounted: the one with the least left.
  std::optional<bytes> cgroup_limit{};
  /// Of their memory.high the one that is met first. Version 2 only.
  std::optional<bytes> cgroup_high{};
  /// What the group of the first of these two uses, page cache included: memory.current, or version 1's
  /// memory.usage_in_bytes. All that follows of groups is that group's; the process's own where none has a
  /// limit.
  std::optional<bytes> cgroup_current{};
  /// What of that the kernel takes back before it kills: page cache, active or not, that need not be
  /// written first. What is in tmpfs, locked, or the kernel's is none of it.
  std::optional<bytes> cgroup_reclaimable{};
  /// How often that group met its limit.
  std::optional<count> cgroup_limit_hits{};
  /// How many processes of that group the kernel has killed for memory.
  std::optional<count> oom_kills{};
  /// The share of the last 10 s in which some, or all, tasks of that group waited for memory.
  std::optional<basis_points> pressure_some_avg10_bp{};
  std::optional<basis_points> pressure_full_avg10_bp{};
  /// How long they have waited since the group began.
  std::optional<microseconds> pressure_some_us{};
  std::optional<microseconds> pressure_full_us{};

  /// RLIMIT_AS, where it is not infinite.
  std::optional<bytes> address_space_limit{};
  /// RLIMIT_DATA, where it is not infinite; the hard one where the soft one is 0, as Linux compares.
  std::optional<bytes> data_limit{};
  /// What counts towards it, in RAM or not: VmData, as Linux has it since 4.7. Absent without that limit.
  std::optional<bytes> data_used{};
  /// MemTotal and MemAvailable of the machine.
  std::optional<bytes> ram_total{};
  std::optional<bytes> ram_available{};

  /// When `headroom` will be gone if growth goes on as it is. Absent unless it is steady.
  std::optional<milliseconds> time_to_limit_ms{};
  /// How fast `limit_used` grows, and over how long that was seen. Units: bytes a second.
  std::optional<bytes> growth_per_second{};
  std::optional<milliseconds> forecast_window_ms{};

  /// How long ago these were read.
  std::optional<milliseconds> limits_age_ms{};

  [[nodiscard]] friend constexpr auto operator==(memory_limits const&,
                                                 memory_limits const&) noexcept -> bool = default;
};

/// What of `current` bytes a group cannot give back. Where nothing is known to be reclaimable, nothing is.
[[nodiscard]] constexpr auto kept_of(std::optional<bytes> current,
                                     std::optional<bytes> reclaimable) noexcept
    -> std::optional<bytes> {
  if (!current) return std::nullopt;
  return *current - reclaimable.value_or(bytes{});
}

/// Whether it is a limit at all: the size of the address space, the last resort of a gauge, is none.
[[nodiscard]] constexpr auto is_limit(limit_kind kind) noexcept -> bool {
  return kind != limit_kind::none && kind != limit_kind::vms;
}

/// Whether the limit is one of a control group.
[[nodiscard]] constexpr auto is_of_group(limit_kind kind) noexcept -> bool {
  return kind == limit_kind::cgroup_max || kind == limit_kind::cgroup_high ||
         kind == limit_kind::cgroup_v1;
}

}  // namespace memscape::inline v0
