// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/cgroup_text.hpp>
#include <memscape/readers/file_lines.hpp>
#include <memscape/readers/mountinfo_text.hpp>
#include <memscape/readers/path_text.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Where the group stands that limits the memory of this process.
struct cgroup_place {
  int version = 0;           ///< of cgroups: 1 or 2; 0 where there is no such group
  path_text folder{};        ///< the group's, as this process sees it
  std::size_t top_size = 0;  ///< as much of `folder` is the mount point, where ancestors end
};

/// Finds that group, in what `root` is before every path.
class cgroup_finder {
 public:
  explicit cgroup_finder(std::string_view root) noexcept : root_{root} {}

  /// Errors: open_cgroup, read_cgroup, parse_cgroup; a machine without cgroups is none.
  /// Cost: two files, read whole: about 30 µs.
  [[nodiscard]] auto find(cgroup_place& place) noexcept -> std::optional<read_error> {
    if (auto const error = find_path()) return error;
    if (version_ == 0) return std::nullopt;
    return find_mount(place);
  }

 private:
  // The hierarchy of version 1 that has the controller, where there is one: it is then not in version 2's.
  [[nodiscard]] auto find_path() noexcept -> std::optional<read_error> {
    file_lines lines{path_of(root_, "proc/self/cgroup").c_str()};
    while (auto const text = lines.next()) {
      auto const line = parse_cgroup_line(*text);
      if (!line) return read_error{read_step::parse_cgroup, 0};
      int const version = line->has_memory() ? 1 : line->is_version_2() ? 2 : 0;
      if (version == 0 || version_ == 1) continue;
      version_ = version;
      path_ = {};
      path_.push(line->path);
    }
    return failure_of(lines);
  }

  [[nodiscard]] auto find_mount(cgroup_place& place) noexcept -> std::optional<read_error> {
    file_lines lines{path_of(root_, "proc/self/mountinfo").c_str()};
    bool found = false;
    while (auto const text = lines.next()) {
      auto const line = parse_mountinfo_line(*text);
      if (!line || !is_wanted(*line)) continue;
      auto const below = below_root(line->root);
      if (!below && found) continue;
      place.version = version_;
      place.folder = {};
      place.folder.push(root_);
      for (auto rest = line->mount_point; !rest.empty();) place.folder.push(next_unescaped(rest));
      place.top_size = place.folder.size();
      // A group that this mount does not show, as in a container that sees the machine's paths: what
      // is mounted is then the container's own.
      if (below) place.folder.push(*below);
      if (!place.folder.fits() || !path_.fits()) {
        place.version = 0;
        return read_error{read_step::parse_cgroup, ENAMETOOLONG};
      }
      found = true;
      if (below) break;
    }
    return failure_of(lines);
  }

  [[nodiscard]] auto is_wanted(mountinfo_line const& line) const noexcept -> bool {
    return version_ == 2 ? line.type == "cgroup2"
                         : line.type == "cgroup" && line.has_option("memory");
  }

  // The part of the group's path that is below what the mount shows.
  [[nodiscard]] auto below_root(std::string_view escaped) const noexcept
      -> std::optional<std::string_view> {
    path_text root;
    while (!escaped.empty()) root.push(next_unescaped(escaped));
    auto rest = path_.view();
    // A path outside of the namespace's root begins with /.. and is not below anything.
    if (!root.fits() || rest.starts_with("/..")) return std::nullopt;
    if (root.view() != "/") {
      if (!rest.starts_with(root.view())) return std::nullopt;
      rest.remove_prefix(root.size());
    }
    if (rest == "/") rest = {};
    if (!rest.empty() && rest.front() != '/') return std::nullopt;
    return rest;
  }

  [[nodiscard]] static auto failure_of(file_lines const& lines) noexcept
      -> std::optional<read_error> {
    if (lines.open_errno() != 0) return read_error{read_step::open_cgroup, lines.open_errno()};
    if (lines.read_errno() != 0) return read_error{read_step::read_cgroup, lines.read_errno()};
    return std::nullopt;
  }

  std::string_view root_;
  int version_ = 0;
  path_text path_{};
};

}  // namespace memscape::inline v0
