// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/file.hpp>
#include <memscape/readers/linux/cgroup/place.hpp>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/path_text.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What the kernel holds for a control group and no process has in its RSS. Both are of the whole group,
/// other processes' included. Units: bytes.
struct cgroup_outside {
  std::optional<bytes> kernel{};  ///< stacks, page tables, inodes, and whatever else it charges
  std::optional<bytes> socket{};  ///< buffers of sockets; in version 1 of TCP alone
  std::optional<read_error> error{};
};

/// Reads that of this process's own group, out of what `root` is before every path: version 2's memory.stat,
/// version 1's memory.kmem.usage_in_bytes and memory.kmem.tcp.usage_in_bytes.
/// A group with a process in it has memory of the kernel: where that is 0 it is not counted, as with the
/// boot option cgroup.memory=nokmem, and absent. So are version 1's sockets at 0: it counts them only in a
/// group that had a limit for them.
/// Errors: open_cgroup, read_cgroup, parse_cgroup, find_cgroup, the first of them; what a machine does not
/// have is absent without one. Cost: three or four files, opened and closed: about 60 µs, nearly all of it
/// the kernel's.
/// Threads: any.
/// Source: cgroups(7); Documentation/admin-guide/cgroup-v2.rst and cgroup-v1/memory.rst of Linux.
[[nodiscard]] inline auto read_cgroup_outside(std::string_view root = "") noexcept
    -> cgroup_outside {
  cgroup_outside found;
  auto const failed = [&found](read_error why) noexcept {
    if (!is_missing(why) && !found.error) found.error = why;
  };
  cgroup_place place;
  if (auto const why = cgroup_finder{root}.find(place)) {
    // A kernel without groups lacks that file alone; where there is no procfs nothing says that there are none.
    if (::access(path_of(root, "proc/self").c_str(), F_OK) != 0) found.error = why;
    failed(*why);
  }
  if (place.version == 0) return found;

  auto const read = [&](std::string_view name, auto const& parse, auto const& take) noexcept {
    proc_file file{nullptr, descriptor_policy::per_call};
    // The kernel writes at most a page.
    auto const result = read_cgroup_file<4096>(file, place.folder.view(), name, parse);
    result.value ? take(*result.value) : failed(result.why);
  };
  auto const counted = [](std::optional<bytes> amount) noexcept {
    return amount == bytes{} ? std::nullopt : amount;
  };
  if (place.version == 2) {
    read("memory.stat", parse_cgroup_stat, [&](cgroup_stat const& stat) noexcept {
      found.kernel = counted(stat.kernel);
      found.socket = stat.sock;
    });
    return found;
  }
  read("memory.kmem.usage_in_bytes", parse_cgroup_amount,
       [&](std::uint64_t amount) noexcept { found.kernel = counted(bytes{amount}); });
  read("memory.kmem.tcp.usage_in_bytes", parse_cgroup_amount,
       [&](std::uint64_t amount) noexcept { found.socket = counted(bytes{amount}); });
  return found;
}

}  // namespace memscape::inline v0
