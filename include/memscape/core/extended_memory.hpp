// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/core/units.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What the operating system says of the process when it is asked more, and less often. The base was
/// read just now; each part below has an age. What could not be read is absent, and `detail_errors`
/// says why.
/// Threads: a plain value. Source: proc(5).
struct extended_memory : process_memory {
  // ---- /proc/self/status

  /// Resident pages that no file backs: heap and stacks. Units: bytes, here and below.
  std::optional<bytes> rss_anon{};
  /// Resident pages of mapped files, programs and libraries included.
  std::optional<bytes> rss_file{};
  /// Resident pages of shared memory and tmpfs: counted whole in every process that maps them.
  std::optional<bytes> rss_shmem{};
  /// Swapped-out private memory. Leaves shared memory out.
  std::optional<bytes> swap{};
  /// Page tables: kernel memory, not in RSS.
  std::optional<bytes> page_tables{};
  /// Pages of hugetlbfs: not in RSS.
  std::optional<bytes> hugetlb{};
  /// The highest RSS of this program, VmHWM: unlike `peak_rss`, execve(2) does not carry it over.
  std::optional<bytes> peak_rss_since_exec{};
  std::optional<count> threads{};
  /// How long ago these were read.
  std::optional<milliseconds> status_age_ms{};

  // ---- /proc/self/smaps_rollup

  /// RSS with each shared page divided by the number of processes that map it.
  std::optional<bytes> pss{};
  /// Pages that only this process maps: what its end would free.
  std::optional<bytes> uss{};
  /// The part of `pss` that is swapped out.
  std::optional<bytes> swap_pss{};
  /// Freed with MADV_FREE and not yet taken back: still in RSS.
  std::optional<bytes> lazy_free{};
  /// Anonymous memory in transparent huge pages.
  std::optional<bytes> anon_huge_pages{};
  /// Memory that mlock(2) holds in RAM, each page divided as in `pss`.
  std::optional<bytes> locked{};
  /// How long ago these were read, and how long the kernel took, with the process's mappings locked.
  std::optional<milliseconds> rollup_age_ms{};
  std::optional<microseconds> rollup_cost_us{};

  // ---- what other systems tell

  /// macOS: the highest `footprint` so far: absent before macOS 10.14.
  std::optional<bytes> footprint_peak{};
  /// macOS: what of the process the compressor holds: counted in `footprint`, and not in `rss`.
  std::optional<bytes> compressed{};
  /// Windows: page faults of both kinds since the process began: it does not tell minor and major ones apart,
  /// so those two are absent.
  std::optional<count> page_faults{};

  // ---- what bounds all this

  memory_limits limits{};

  /// Why fields of the detail are absent that the platform does have.
  read_errors detail_errors{};

  [[nodiscard]] friend constexpr auto operator==(extended_memory const&,
                                                 extended_memory const&) noexcept -> bool = default;
};

}  // namespace memscape::inline v0
