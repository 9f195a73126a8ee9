// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <memscape/core/bytes.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/cgroup_place.hpp>
#include <memscape/readers/cgroup_text.hpp>
#include <memscape/readers/held_descriptor.hpp>
#include <memscape/readers/parsed_file.hpp>
#include <memscape/readers/path_text.hpp>
#include <memscape/readers/proc_file.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// How the failures of a group's files are told.
inline constexpr file_steps cgroup_steps{read_step::open_cgroup, read_step::read_cgroup,
                                         read_step::parse_cgroup};

/// Whether the file, or the group with it, is not there: a root group has no limits, and kernels lack
/// files. ENODEV is what a held descriptor of a group that was removed says, EOPNOTSUPP pressure where it
/// is switched off.
[[nodiscard]] constexpr auto is_missing(read_error error) noexcept -> bool {
  return error.code == ENOENT || error.code == ENODEV || error.code == EOPNOTSUPP;
}

/// What a walk from a group up to the top found.
struct cgroup_walk {
  std::size_t folder_size =
      0;  ///< the group with the smallest hard limit, as a prefix of the folder
  std::optional<bytes> limit{};
  std::optional<bytes> high{};  ///< the smallest of all levels
  std::optional<read_error> error{};
};

/// The smaller of two limits, either of which may not be.
[[nodiscard]] constexpr auto tighter(std::optional<bytes> a, std::optional<bytes> b) noexcept
    -> std::optional<bytes> {
  if (!a || !b) return a ? a : b;
  return *a < *b ? a : b;
}

/// Walks from the process's own group up to the top of the mount, because the limit of every ancestor
/// counts. Of equal limits the innermost stands.
/// Errors: the first that is met; the walk goes on. Cost: open, read and close of two files a level.
[[nodiscard]] inline auto walk_cgroups(cgroup_place const& place) noexcept -> cgroup_walk {
  auto const bound_of = [](std::string_view folder, std::string_view name, cgroup_walk& walk) {
    proc_file file{nullptr, descriptor_policy::per_call};
    auto const path = path_of(folder, name);
    if (!path.fits()) {
      if (!walk.error) walk.error = read_error{read_step::parse_cgroup, ENAMETOOLONG};
      return cgroup_bound{};
    }
    auto const bound = read_parsed<64>(file, path.c_str(), cgroup_steps, parse_cgroup_bound);
    if (!bound.value && !is_missing(bound.why) && !walk.error) walk.error = bound.why;
    return bound.value.value_or(cgroup_bound{});
  };
  cgroup_walk walk;
  auto folder = place.folder.view();
  walk.folder_size = folder.size();
  for (;;) {
    auto const limit =
        bound_of(folder, place.version == 2 ? "memory.max" : "memory.limit_in_bytes", walk).value;
    if (limit && (!walk.limit || *limit < *walk.limit)) {
      walk.limit = limit;
      walk.folder_size = folder.size();
    }
    if (place.version == 2) {
      walk.high = tighter(walk.high, bound_of(folder, "memory.high", walk).value);
    }
    if (folder.size() <= place.top_size) return walk;
    auto const slash = folder.rfind('/');
    folder = folder.substr(0, slash < place.top_size ? place.top_size : slash);
  }
}

}  // namespace memscape::inline v0
