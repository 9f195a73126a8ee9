// SPDX-License-Identifier: MIT
#pragma once

#include <sys/stat.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/proc/file_lines.hpp>
#include <memscape/readers/linux/cgroup/mount_id.hpp>
#include <memscape/readers/linux/proc/mountinfo_text.hpp>
#include <memscape/readers/linux/proc/path_text.hpp>
#include <memscape/readers/linux/cgroup/visible_mount.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Where the group stands that limits the memory of this process.
struct cgroup_place {
  int version = 0;           ///< of cgroups: 1 or 2; 0 where there is no such group
  path_text folder{};        ///< the group's, as this process sees it
  std::size_t top_size = 0;  ///< as much of `folder` is the mount point, where ancestors end
};

/// Finds that group, in what `root` is before every path: below the mount that is visible now and shows it.
/// Where several do, the one that shows most of the groups above it, because their limits count too.
class cgroup_finder {
 public:
  explicit cgroup_finder(std::string_view root) noexcept : root_{root} {}

  /// Errors: open_cgroup, read_cgroup, parse_cgroup, find_cgroup; a kernel without cgroups is none.
  /// Cost: two files, read whole: about 40 µs; mountinfo four times more on a kernel before 5.8. 9 KiB of
  /// stack.
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
    return failure_of(lines.open_errno(), lines.read_errno());
  }

  // A mount that may be it.
  struct candidate {
    mount_position position{};
    std::uint64_t device = 0;
    std::size_t root_size = 0;
    std::size_t below_size = 0;  // so much of the group's path is below the mount
    std::size_t number = 0;      // of those of the hierarchy, in the order of mountinfo; 0 is none
  };

  [[nodiscard]] auto find_mount(cgroup_place& place) noexcept -> std::optional<read_error> {
    if (!path_.fits()) return read_error{read_step::parse_cgroup, ENAMETOOLONG};
    auto const mountinfo = path_of(root_, "proc/self/mountinfo");
    read_error lost{read_step::find_cgroup, ENOENT};
    for (candidate tried;;) {
      candidate next;
      if (auto const error = find_next(mountinfo.c_str(), tried, next, lost)) return error;
      if (next.number == 0) return lost;
      bool visible = false;
      if (auto const error = look(mountinfo.c_str(), next, visible, lost)) return error;
      if (visible) return take(next, place);
      tried.number = next.number;
      tried.root_size = next.root_size;
    }
  }

  // The group's folder below that mount.
  [[nodiscard]] auto take(candidate const& mount, cgroup_place& place) const noexcept
      -> std::optional<read_error> {
    auto folder = mount_point_of(mount);
    auto const top_size = folder.size();
    folder.push(path_.view().substr(path_.size() - mount.below_size));
    if (!folder.fits()) return read_error{read_step::parse_cgroup, ENAMETOOLONG};
    place = {version_, folder, top_size};
    return std::nullopt;
  }

  [[nodiscard]] auto mount_point_of(candidate const& mount) const noexcept -> path_text {
    path_text point;
    point.push(root_);
    for (auto rest = mount.position.point.view(); !rest.empty();) point.push(next_unescaped(rest));
    return point;
  }

  // The kernel says which mount is at that point. Where it does not, the lines of the others say it, and
  // stat(2) confirms the device: where that is another, something hides the mount that no line tells.
  [[nodiscard]] auto look(char const* mountinfo, candidate const& mount, bool& visible,
                          read_error& lost) const noexcept -> std::optional<read_error> {
    auto const point = mount_point_of(mount);
    if (root_.empty()) {
      if (auto const id = mount_id_at(point.c_str())) {
        visible = *id == mount.position.id;
        return std::nullopt;
      }
    }
    auto const sight = see_mount(mountinfo, mount.position);
    visible = sight.is_visible;
    if (visible && root_.empty()) {
      struct stat status{};
      bool const is_there = ::stat(point.c_str(), &status) == 0;
      visible = is_there && status.st_dev == mount.device;
      if (!is_there) lost.code = errno;
    }
    return failure_of(sight.open_errno, sight.read_errno);
  }

  // The mount that shows most, of those that show the group and come after `tried`.
  [[nodiscard]] auto find_next(char const* mountinfo, candidate const& tried, candidate& next,
                               read_error& lost) const noexcept -> std::optional<read_error> {
    file_lines lines{mountinfo};
    std::size_t number = 0;
    while (auto const text = lines.next()) {
      auto const line = parse_mountinfo_line(*text);
      if (!line || !is_wanted(*line)) continue;
      ++number;
      auto const below = below_root(line->root);
      if (!below) {
        if (lost.code == ENOENT) lost.code = EXDEV;
        continue;
      }
      auto const size = line->root.size();
      bool const is_after =
          size > tried.root_size || (size == tried.root_size && number > tried.number);
      if (!is_after || (next.number != 0 && size >= next.root_size)) continue;
      next = {position_of(*line), line->device(), size, below->size(), number};
      if (!next.position.point.fits()) return read_error{read_step::parse_cgroup, ENAMETOOLONG};
    }
    return failure_of(lines.open_errno(), lines.read_errno());
  }
  [[nodiscard]] auto is_wanted(mountinfo_line const& line) const noexcept -> bool {
    return version_ == 2 ? line.type == "cgroup2"
                         : line.type == "cgroup" && line.has_option("memory");
  }

  // The part of the group's path that is below what the mount shows. Both begin at the root of the
  // process's cgroup namespace: what is outside of it begins with /.., and above that names are not told.
  [[nodiscard]] auto below_root(std::string_view escaped) const noexcept
      -> std::optional<std::string_view> {
    path_text root;
    while (!escaped.empty()) root.push(next_unescaped(escaped));
    auto rest = path_.view();
    if (!root.fits()) return std::nullopt;
    if (root.view() != "/") {
      if (!rest.starts_with(root.view())) return std::nullopt;
      rest.remove_prefix(root.size());
    }
    if (rest == "/") rest = {};
    if (!rest.empty() && rest.front() != '/') return std::nullopt;
    if (rest == "/.." || rest.starts_with("/../")) return std::nullopt;
    return rest;
  }

  [[nodiscard]] static auto failure_of(int open_errno, int read_errno) noexcept
      -> std::optional<read_error> {
    if (open_errno != 0) return read_error{read_step::open_cgroup, open_errno};
    if (read_errno != 0) return read_error{read_step::read_cgroup, read_errno};
    return std::nullopt;
  }

  std::string_view root_;
  int version_ = 0;
  path_text path_{};
};

}  // namespace memscape::inline v0
