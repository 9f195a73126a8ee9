// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/file.hpp>
#include <memscape/readers/linux/cgroup/place.hpp>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <memscape/readers/linux/cgroup/use.hpp>
#include <memscape/readers/linux/cgroup/walk.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/linux/proc/psi_text.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Reads the control groups' part of a process's limits: of the groups that it is in the one that meets its
/// limit first. Which one that is a walk finds; between two walks its files are read again.
/// Errors: open_cgroup, read_cgroup, parse_cgroup, find_cgroup. Cost: a pread(2) a file, 5 or 6 of them: 10
/// to 40 µs, most of it the kernel's memory.stat; a walk about 80 µs. No allocation, no lock. Threads: one
/// at a time. Source: cgroups(7).
class cgroup_limits_reader {
 public:
  /// `root` is before every path, and must outlive the reader.
  cgroup_limits_reader(std::string_view root, descriptor_policy descriptors) noexcept
      : root_{root},
        bound_{nullptr, descriptors},
        current_{nullptr, descriptors},
        stat_{nullptr, descriptors},
        events_{nullptr, descriptors},
        extra_{nullptr, descriptors},
        pressure_{nullptr, descriptors} {}

  /// Fills what `into` has of groups. Returns the first failure.
  [[nodiscard]] auto read(memory_limits& into) noexcept -> std::optional<read_error> {
    std::optional<read_error> error;
    bool const fresh = !walked_;
    if (!walked_) error = walk();
    if (place_.version != 0 && !read_group(into, error) && !fresh) {
      // The group was removed, and the process with it moved elsewhere.
      error = walk();
      if (place_.version != 0) static_cast<void>(read_group(into, error));
    }
    return error;
  }

  /// Has the next read look for the group again, and walk up from it.
  void walk_again() noexcept { walked_ = false; }

  /// Which of the groups' limits is met first.
  [[nodiscard]] auto kind() const noexcept -> limit_kind { return kind_; }
  /// How often the group has become another one: what was seen of it before is then of no use.
  [[nodiscard]] auto changes() const noexcept -> std::uint64_t { return changes_; }

 private:
  [[nodiscard]] auto walk() noexcept -> std::optional<read_error> {
    cgroup_place place;
    auto const lost = cgroup_finder{root_}.find(place);
    cgroup_walk found;
    if (place.version != 0) {
      found = walk_cgroups(place);
      place.folder.resize(found.folder_size);
    }
    if (place.folder.view() != place_.folder.view()) {
      for (auto* const file : {&bound_, &current_, &stat_, &events_, &extra_, &pressure_}) {
        file->forget();
      }
      ++changes_;
    }
    place_ = place;
    walk_ = found;
    limited_ = found.limit.limit || found.high.limit;
    auto const error = lost ? lost : found.error;
    // Where it failed, the next read tries again.
    walked_ = !error;
    return error;
  }

  // Reads one file of the group; what is missing is absent without an error.
  template <std::size_t Size, class Parse>
  [[nodiscard]] auto of_group(proc_file& file, std::string_view name, Parse const& parse,
                              std::optional<read_error>& error) const noexcept {
    auto const result = read_cgroup_file<Size>(file, place_.folder.view(), name, parse);
    if (!result.value && !is_missing(result.why) && !error) error = result.why;
    return result.value;
  }

  // False when the group that had a limit has none any more.
  [[nodiscard]] auto read_group(memory_limits& into, std::optional<read_error>& error) noexcept
      -> bool {
    bool const is_v2 = place_.version == 2;
    auto const bound = of_group<64>(bound_, is_v2 ? "memory.max" : "memory.limit_in_bytes",
                                    parse_cgroup_bound, error);
    auto const limit = bound ? bound->value : std::nullopt;
    std::optional<bytes> high;
    if (is_v2) {
      auto const high_bound = of_group<64>(extra_, "memory.high", parse_cgroup_bound, error);
      high = high_bound ? high_bound->value : std::nullopt;
    }
    if (limited_ && !limit && !high && !error) return false;
    // This group has the one that is met first, and may have both.
    bool const is_high = high && (!limit || *high < *limit);
    kind_ = is_high ? limit_kind::cgroup_high
            : is_v2 ? limit_kind::cgroup_max
                    : limit_kind::cgroup_v1;
    into.cgroup_limit = is_here(walk_.limit) ? limit : walk_.limit.limit;
    into.cgroup_high = is_here(walk_.high) ? high : walk_.high.limit;
    read_use(into, bound.has_value(), error);
    if (auto const events = of_group<512>(events_, is_v2 ? "memory.events" : "memory.oom_control",
                                          parse_cgroup_events, error)) {
      into.cgroup_limit_hits = events->max;
      into.oom_kills = events->oom_kill;
    }
    if (!is_v2) {
      if (auto const hits = of_group<64>(extra_, "memory.failcnt", parse_cgroup_amount, error)) {
        into.cgroup_limit_hits = count{*hits};
      }
      return true;
    }
    if (auto const psi = of_group<256>(pressure_, "memory.pressure", parse_psi, error)) {
      into.pressure_some_avg10_bp = psi->some.avg10;
      into.pressure_full_avg10_bp = psi->full.avg10;
      into.pressure_some_us = psi->some.total;
      into.pressure_full_us = psi->full.total;
    }
    return true;
  }

  // Whether a limit is read anew with this group, or as the walk found it in another one.
  [[nodiscard]] auto is_here(cgroup_bound_place const& bound) const noexcept -> bool {
    return !bound.limit || bound.folder_size == place_.folder.size();
  }

  // A group that has a limit's file has these too: there their absence has a reason.
  void read_use(memory_limits& into, bool has_bound, std::optional<read_error>& error) noexcept {
    auto const use = read_cgroup_use(place_.folder.view(), place_.version, {current_, stat_});
    into.cgroup_current = use.current;
    into.cgroup_reclaimable = use.reclaimable;
    if (use.error && (has_bound || !is_missing(*use.error)) && !error) error = use.error;
  }

  std::string_view root_;
  proc_file bound_;
  proc_file current_;
  proc_file stat_;
  proc_file events_;
  proc_file extra_;  // memory.high, or version 1's memory.failcnt
  proc_file pressure_;
  cgroup_place place_{};
  cgroup_walk walk_{};
  limit_kind kind_ = limit_kind::none;
  bool walked_ = false;
  bool limited_ = false;
  std::uint64_t changes_ = 0;
};

}  // namespace memscape::inline v0
