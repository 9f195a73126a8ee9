// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/read_error.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What the operating system says of the whole process at one instant. A field that the platform
/// lacks, or that could not be read, is absent; `errors` says why a read failed.
/// Threads: a plain value. Sources: proc(5), getrusage(2); <mach/task_info.h>; psapi.h.
struct process_memory {
  /// Pages of the process in RAM, in bytes. Linux: statm `resident`. macOS: `resident_size`.
  /// Windows: `WorkingSetSize`.
  std::optional<bytes> rss{};
  /// Address space in use, in bytes, backed or not. Linux: statm `size`.
  std::optional<bytes> vms{};
  /// The part of `rss` whose pages are backed by files or shared memory (RssFile + RssShmem), in
  /// bytes. It says nothing of whether another process shares them. Linux only.
  std::optional<bytes> shared{};
  /// Virtual size of data and stack, in bytes: address space, not RAM, and so often above `rss`.
  /// Linux only.
  std::optional<bytes> data{};
  /// The highest `rss` so far, in bytes. On Linux from ru_maxrss, which execve(2) carries over: a
  /// program started by a large process may begin with that one's peak.
  std::optional<bytes> peak_rss{};
  /// macOS `phys_footprint`, what Activity Monitor shows, in bytes: counts compressed pages.
  std::optional<bytes> footprint{};
  /// Windows `PrivateUsage`: memory the system has promised to this process, in bytes.
  std::optional<bytes> commit{};
  /// Page faults served without disk I/O since the process began.
  std::optional<count> page_faults_minor{};
  /// Page faults that waited for disk I/O since the process began.
  std::optional<count> page_faults_major{};
  /// Why fields are absent that this platform does have.
  read_errors errors{};

  [[nodiscard]] friend constexpr auto operator==(process_memory const&,
                                                 process_memory const&) noexcept -> bool = default;
};

}  // namespace memscape::inline v0
