// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/readers/linux/proc/proc_lines.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What /proc/[pid]/status says of memory. A field that the kernel lacks is absent: RssAnon and its kin
/// came with Linux 4.5, HugetlbPages with 4.4.
/// Source: proc(5); fs/proc/task_mmu.c, task_mem.
struct status_text {
  std::optional<bytes> vm_hwm{};
  std::optional<bytes> rss_anon{};
  std::optional<bytes> rss_file{};
  std::optional<bytes> rss_shmem{};
  std::optional<bytes> vm_data{};
  std::optional<bytes> vm_pte{};
  std::optional<bytes> vm_swap{};
  std::optional<bytes> hugetlb_pages{};
  count threads{};

  /// Whether there is a line of memory at all, as of every process that has an address space.
  [[nodiscard]] constexpr auto has_memory() const noexcept -> bool {
    return vm_hwm || rss_anon || vm_data || vm_pte || vm_swap;
  }

  [[nodiscard]] friend constexpr auto operator==(status_text const&, status_text const&) noexcept
      -> bool = default;
};

/// Parses the text of status as far as `Threads`, which every kernel writes, and behind all that is
/// about memory: a text without it was cut, and is an error. What follows is not looked at.
/// Cost: under 1 µs, no allocation.
[[nodiscard]] constexpr auto parse_status(std::string_view text) noexcept
    -> std::optional<status_text> {
  status_text status;
  while (auto const next = take_line(text)) {
    auto line = *next;
    if (line.empty()) return std::nullopt;
    bool good = true;
    switch (line.front()) {
      case 'V':
        if (take_prefix(line, "VmHWM:")) {
          good = put_kib(status.vm_hwm, line);
        } else if (take_prefix(line, "VmData:")) {
          good = put_kib(status.vm_data, line);
        } else if (take_prefix(line, "VmPTE:")) {
          good = put_kib(status.vm_pte, line);
        } else if (take_prefix(line, "VmSwap:")) {
          good = put_kib(status.vm_swap, line);
        }
        break;
      case 'R':
        if (take_prefix(line, "RssAnon:")) {
          good = put_kib(status.rss_anon, line);
        } else if (take_prefix(line, "RssFile:")) {
          good = put_kib(status.rss_file, line);
        } else if (take_prefix(line, "RssShmem:")) {
          good = put_kib(status.rss_shmem, line);
        }
        break;
      case 'H':
        if (take_prefix(line, "HugetlbPages:")) good = put_kib(status.hugetlb_pages, line);
        break;
      case 'T':
        if (take_prefix(line, "Threads:")) {
          auto const threads = parse_number(line);
          if (!threads) return std::nullopt;
          status.threads = count{*threads};
          return status;
        }
        break;
      default: break;
    }
    if (!good) return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace memscape::inline v0
