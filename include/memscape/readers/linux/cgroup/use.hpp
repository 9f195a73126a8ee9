// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/file.hpp>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What a group uses, its own groups and every process in them included, and what of that the kernel can
/// take back. Units: bytes.
struct cgroup_use {
  std::optional<bytes> current{};
  std::optional<bytes> reclaimable{};
  std::optional<read_error> error{};  ///< the first reason for what is absent
};

/// The files in which one group says so.
struct cgroup_use_files {
  proc_file& current;
  proc_file& stat;
};

/// Reads memory.stat and memory.current of the group at `folder`, or what version 1 calls so. In that
/// order: a page that comes in between is counted as used.
/// Errors: open_cgroup, read_cgroup, parse_cgroup. Cost: two preads(2), and 4 KiB of stack; the kernel adds
/// up memory.stat when asked: 10 to 30 µs. Threads: one at a time.
/// Source: Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of Linux.
[[nodiscard]] inline auto read_cgroup_use(std::string_view folder, int version,
                                          cgroup_use_files files) noexcept -> cgroup_use {
  cgroup_use use;
  // The kernel writes at most a page.
  auto const cache =
      version == 2
          ? read_cgroup_file<4096>(files.stat, folder, "memory.stat", parse_cgroup_cache)
          : read_cgroup_file<4096>(files.stat, folder, "memory.stat", parse_cgroup_v1_cache);
  if (cache.value) {
    use.reclaimable = reclaimable_of(*cache.value);
  } else {
    use.error = cache.why;
  }
  auto const current = read_cgroup_file<64>(
      files.current, folder, version == 2 ? "memory.current" : "memory.usage_in_bytes",
      parse_cgroup_amount);
  if (current.value) {
    use.current = bytes{*current.value};
  } else if (!use.error || is_missing(*use.error)) {
    use.error = current.why;
  }
  return use;
}

}  // namespace memscape::inline v0
