// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/readers/linux/proc/file_lines.hpp>
#include <memscape/readers/linux/proc/mountinfo_text.hpp>
#include <memscape/readers/linux/proc/path_text.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Of a mount what says where it stands among the others. The point is escaped, as mountinfo has it.
struct mount_position {
  std::uint64_t id = 0;
  std::uint64_t parent = 0;
  path_text point{};
};

/// Where `line` stands.
[[nodiscard]] inline auto position_of(mountinfo_line const& line) noexcept -> mount_position {
  mount_position position{line.id, line.parent, {}};
  position.point.push(line.mount_point);
  return position;
}

/// Whether a path that leads to `inner` comes by `outer`, or ends there.
[[nodiscard]] constexpr auto leads_by(std::string_view inner, std::string_view outer) noexcept
    -> bool {
  return inner.starts_with(outer) &&
         (inner.size() == outer.size() || outer == "/" || inner[outer.size()] == '/');
}

/// Whether a mount is visible, or the call that failed and its errno.
struct mount_sight {
  bool is_visible = false;
  int open_errno = 0;
  int read_errno = 0;
};

/// Whether a path to the mount point of `mount` ends at that mount, and not at one that was mounted over it
/// or over a folder above it. Goes from the mount up to the process's root, because mountinfo lists hidden
/// mounts too, and their order says nothing: a mount may have been moved.
///
/// What is mounted over the root itself hides nothing: a path begins below it. A parent that is not listed
/// is out of the process's sight, so the way up ends there.
/// Errors: the errno of the call that failed. Cost: mountinfo read once a level, of which there are usually
/// four: about 20 µs each, and 6 KiB of stack. Threads: any.
/// Source: proc(5), mount_namespaces(7), path_resolution(7).
[[nodiscard]] inline auto see_mount(char const* mountinfo, mount_position mount) noexcept
    -> mount_sight {
  // No machine mounts so deep: it is a circle.
  constexpr int deepest = 64;
  for (int level = 0; level < deepest; ++level) {
    file_lines lines{mountinfo};
    mount_position upper;
    bool has_upper = false;
    bool is_past = false;
    while (auto const text = lines.next()) {
      auto const line = parse_mountinfo_line(*text);
      if (!line) continue;
      if (line->id == mount.id) {
        is_past = true;
      } else if (line->id == mount.parent) {
        upper = position_of(*line);
        has_upper = true;
      } else if (line->mount_point != "/") {
        bool const is_same_point = line->mount_point == mount.point.view();
        // Of two on one point of one mount, as kernels before 4.11 leave them, the later is found.
        bool const is_before = line->parent == mount.parent && (is_past || !is_same_point) &&
                               leads_by(mount.point.view(), line->mount_point);
        bool const is_over = level == 0 && line->parent == mount.id && is_same_point;
        if (is_before || is_over) return {};
      }
    }
    if (lines.open_errno() != 0 || lines.read_errno() != 0) {
      return {false, lines.open_errno(), lines.read_errno()};
    }
    if (!has_upper) return {true};
    if (mount.point.view() == "/" && upper.point.view() == "/") return {};
    mount = upper;
  }
  return {};
}

}  // namespace memscape::inline v0
