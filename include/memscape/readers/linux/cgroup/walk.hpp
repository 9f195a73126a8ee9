// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <memscape/core/bytes.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/file.hpp>
#include <memscape/readers/linux/cgroup/place.hpp>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/cgroup/use.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One kind of limit, where it is met first.
struct cgroup_bound_place {
  std::optional<bytes> limit{};
  bytes left{};
  std::size_t folder_size = 0;  ///< of its group, as a prefix of the own group's folder

  /// Whether the other is met before this one; of equal ones the smaller, else this one.
  [[nodiscard]] constexpr auto is_after(cgroup_bound_place const& other) const noexcept -> bool {
    if (!limit || !other.limit) return other.limit.has_value();
    return other.left < left || (other.left == left && *other.limit < *limit);
  }
};

/// The limits that are met first, of a process's own group and those above it.
struct cgroup_walk {
  cgroup_bound_place limit{};
  cgroup_bound_place high{};
  std::size_t folder_size =
      0;  ///< the group of the first of both; without a limit the process's own
  std::optional<read_error> error{};
};

/// Walks from the process's own group up to the top of the mount, because the limit of every ancestor
/// counts, and what the groups beside it use counts there too. The one with the least left is met first; of
/// equal ones the smallest, then the innermost. Of a group whose use cannot be read all is left.
/// Errors: the first that is met, and the walk goes on; find_cgroup where no level has a limit and the own
/// group has no folder. Cost: open, read and close of two files a level, and of
/// two more where there is a limit.
[[nodiscard]] inline auto walk_cgroups(cgroup_place const& place) noexcept -> cgroup_walk {
  cgroup_walk walk;
  auto const bound_of = [&walk](std::string_view folder, std::string_view name) {
    proc_file file{nullptr, descriptor_policy::per_call};
    auto const bound = read_cgroup_file<64>(file, folder, name, parse_cgroup_bound);
    if (!bound.value && !is_missing(bound.why) && !walk.error) walk.error = bound.why;
    return bound.value.value_or(cgroup_bound{}).value;
  };
  auto const used_of = [&place](std::string_view folder) {
    proc_file current{nullptr, descriptor_policy::per_call};
    proc_file stat{nullptr, descriptor_policy::per_call};
    // Why it cannot be read is told when the group that binds is read.
    auto const use = read_cgroup_use(folder, place.version, {current, stat});
    return kept_of(use.current, use.reclaimable).value_or(bytes{});
  };
  auto const keep_first = [&used_of](cgroup_bound_place& first, std::optional<bytes> limit,
                                     std::string_view folder) {
    if (!limit) return;
    cgroup_bound_place const here{limit, *limit - used_of(folder), folder.size()};
    if (first.is_after(here)) first = here;
  };
  for (auto folder = place.folder.view();;) {
    auto const limit =
        bound_of(folder, place.version == 2 ? "memory.max" : "memory.limit_in_bytes");
    keep_first(walk.limit, limit, folder);
    if (place.version == 2) keep_first(walk.high, bound_of(folder, "memory.high"), folder);
    if (folder.size() <= place.top_size) break;
    auto const slash = folder.rfind('/');
    folder = folder.substr(0, slash < place.top_size ? place.top_size : slash);
  }
  walk.folder_size = place.folder.size();
  if (walk.limit.limit) walk.folder_size = walk.limit.folder_size;
  if (walk.limit.is_after(walk.high)) walk.folder_size = walk.high.folder_size;
  // A group without the files has no limit, but one without its folder is not where it should be.
  struct stat status{};
  if (!walk.limit.limit && !walk.high.limit && !walk.error &&
      place.folder.size() > place.top_size && ::stat(place.folder.c_str(), &status) != 0) {
    walk.error = read_error{read_step::find_cgroup, errno};
  }
  return walk;
}

}  // namespace memscape::inline v0
