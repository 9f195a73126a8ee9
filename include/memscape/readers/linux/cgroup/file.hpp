// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/proc/parsed_file.hpp>
#include <memscape/readers/linux/proc/path_text.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// How the failures of a group's files are told.
inline constexpr file_steps cgroup_steps{read_step::open_cgroup, read_step::read_cgroup,
                                         read_step::parse_cgroup};

/// Whether the file, or the group with it, is not there: a root group has no limits, and kernels lack
/// files. ENODEV is what a held descriptor of a group that was removed says, EOPNOTSUPP pressure where it
/// is switched off. A group that cannot be found is there all the same.
[[nodiscard]] constexpr auto is_missing(read_error error) noexcept -> bool {
  if (error.step == read_step::find_cgroup) return false;
  return error.code == ENOENT || error.code == ENODEV || error.code == EOPNOTSUPP;
}

/// Reads `folder`/`name`, a file of a group.
/// Errors: open_cgroup, read_cgroup, parse_cgroup. Cost, threads: as read_parsed.
template <std::size_t Size, class Parse>
[[nodiscard]] auto read_cgroup_file(proc_file& file, std::string_view folder, std::string_view name,
                                    Parse const& parse) noexcept
    -> parsed<typename std::invoke_result_t<Parse const&, std::string_view>::value_type> {
  auto const path = path_of(folder, name);
  // Half a path names another file.
  if (!path.fits()) return {{}, {read_step::parse_cgroup, ENAMETOOLONG}};
  return read_parsed<Size>(file, path.c_str(), cgroup_steps, parse);
}

}  // namespace memscape::inline v0
