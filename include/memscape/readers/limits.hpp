// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/cgroup_place.hpp>
#include <memscape/readers/cgroup_text.hpp>
#include <memscape/readers/cgroup_walk.hpp>
#include <memscape/readers/held_descriptor.hpp>
#include <memscape/readers/meminfo_text.hpp>
#include <memscape/readers/parsed_file.hpp>
#include <memscape/readers/path_text.hpp>
#include <memscape/readers/proc_file.hpp>
#include <memscape/readers/psi_text.hpp>
#include <memscape/readers/tightest.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// How a limits_reader reads.
struct limits_options {
  /// How descriptors are kept between two reads: one of meminfo, and three to five of the group.
  descriptor_policy descriptors = descriptor_policy::checked;
  /// What stands before /proc and the mount points: "" on a real system. Must outlive the reader.
  std::string_view root = "";
};

/// Reads what bounds this process's memory: the tightest of its control groups, RLIMIT_AS, and the
/// machine's memory.
/// Errors: open_cgroup, read_cgroup, parse_cgroup (the first of them), those of meminfo, and getrlimit. What a
/// machine does not have is absent without an error.
/// Cost: a pread(2) and an fstat(2) a file, 4 to 6 in all, and getrlimit(2): about 10 µs; a walk besides where `walk` is
/// asked for, or the group is gone. No allocation, no lock. Threads: one at a time.
/// Source: cgroups(7), getrlimit(2), proc(5).
class limits_reader {
 public:
  explicit limits_reader(limits_options options = {}) noexcept
      : options_{options},
        bound_{nullptr, options.descriptors},
        current_{nullptr, options.descriptors},
        events_{nullptr, options.descriptors},
        extra_{nullptr, options.descriptors},
        pressure_{nullptr, options.descriptors},
        meminfo_{nullptr, options.descriptors} {}

  /// Fills `into`, from `memory` as far as it is about what the process uses.
  void read(process_memory const& memory, memory_limits& into, read_errors& errors) noexcept {
    into = {};
    read_groups(into, errors);
    read_machine(into, errors);
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0) {
      errors.add({read_step::getrlimit, errno});
    } else if (limit.rlim_cur != RLIM_INFINITY) {
      into.address_space_limit = bytes{limit.rlim_cur};
    }
    choose_tightest(into, memory, is_version_1());
  }

  /// Has the next read look for the group again, and walk up from it: the process may have been moved,
  /// and any of its ancestors been given another limit.
  void walk_again() noexcept { walked_ = false; }

  /// Whether the group is one of version 1.
  [[nodiscard]] auto is_version_1() const noexcept -> bool { return place_.version == 1; }

 private:
  void read_groups(memory_limits& into, read_errors& errors) noexcept {
    std::optional<read_error> error;
    bool const fresh = !walked_;
    if (!walked_) error = walk();
    if (place_.version != 0 && !read_group(into, error) && !fresh) {
      // The group was removed, and the process with it moved elsewhere.
      error = walk();
      if (place_.version != 0) static_cast<void>(read_group(into, error));
    }
    if (error) errors.add(*error);
  }

  [[nodiscard]] auto walk() noexcept -> std::optional<read_error> {
    cgroup_place place;
    auto const lost = cgroup_finder{options_.root}.find(place);
    cgroup_walk found;
    if (place.version != 0) {
      found = walk_cgroups(place);
      place.folder.resize(found.folder_size);
    }
    if (place.folder.view() != place_.folder.view()) {
      for (auto* const file : {&bound_, &current_, &events_, &extra_, &pressure_}) file->forget();
    }
    place_ = place;
    limited_ = found.limit.has_value();
    high_ = found.high;
    auto const error = lost ? lost : found.error;
    // Where it failed, the next read tries again.
    walked_ = !error;
    return error;
  }

  // Reads one file of the group; what is missing is absent without an error.
  template <std::size_t Size, class Parse>
  [[nodiscard]] auto of_group(proc_file& file, std::string_view name, Parse const& parse,
                              std::optional<read_error>& error) const noexcept {
    auto const result =
        read_parsed<Size>(file, path_of(place_.folder.view(), name).c_str(), cgroup_steps, parse);
    if (!result.value && !is_missing(result.why) && !error) error = result.why;
    return result.value;
  }

  // False when the group that had a limit has none any more.
  [[nodiscard]] auto read_group(memory_limits& into, std::optional<read_error>& error) noexcept
      -> bool {
    bool const is_v2 = place_.version == 2;
    auto const bound = of_group<64>(bound_, is_v2 ? "memory.max" : "memory.limit_in_bytes",
                                    parse_cgroup_bound, error);
    if (limited_ && (!bound || !bound->value) && !error) return false;
    into.cgroup_limit = bound ? bound->value : std::nullopt;
    if (auto const used = of_group<64>(current_, is_v2 ? "memory.current" : "memory.usage_in_bytes",
                                       parse_cgroup_amount, error)) {
      into.cgroup_current = bytes{*used};
    }
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
    auto const high = of_group<64>(extra_, "memory.high", parse_cgroup_bound, error);
    into.cgroup_high = tighter(high ? high->value : std::nullopt, high_);
    if (auto const psi = of_group<256>(pressure_, "memory.pressure", parse_psi, error)) {
      into.pressure_some_avg10_bp = psi->some.avg10;
      into.pressure_full_avg10_bp = psi->full.avg10;
      into.pressure_some_us = psi->some.total;
      into.pressure_full_us = psi->full.total;
    }
    return true;
  }

  void read_machine(memory_limits& into, read_errors& errors) noexcept {
    auto const meminfo = read_parsed<4096>(
        meminfo_, path_of(options_.root, "proc/meminfo").c_str(),
        {read_step::open_meminfo, read_step::read_meminfo, read_step::parse_meminfo},
        parse_meminfo);
    if (!meminfo.value) return errors.add(meminfo.why);
    into.ram_total = meminfo.value->total;
    into.ram_available = meminfo.value->available;
  }

  limits_options options_;
  proc_file bound_;
  proc_file current_;
  proc_file events_;
  proc_file extra_;  // memory.high, or version 1's memory.failcnt
  proc_file pressure_;
  proc_file meminfo_;
  cgroup_place place_{};
  bool walked_ = false;
  bool limited_ = false;
  std::optional<bytes> high_{};
};

}  // namespace memscape::inline v0
