// SPDX-License-Identifier: MIT
#pragma once

#include <sys/resource.h>

#include <cerrno>
#include <cstdint>
#include <memscape/core/memory_limits.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/core/read_error.hpp>
#include <memscape/readers/linux/cgroup/limits.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/meminfo_text.hpp>
#include <memscape/readers/linux/proc/parsed_file.hpp>
#include <memscape/readers/linux/proc/path_text.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/status.hpp>
#include <memscape/readers/common/tightest.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How a limits_reader reads.
struct limits_options {
  /// How descriptors are kept between two reads: one of meminfo, four to six of the group, and one of
  /// status where RLIMIT_DATA is set.
  descriptor_policy descriptors = descriptor_policy::checked;
  /// What stands before /proc and the mount points: "" on a real system. Must outlive the reader.
  std::string_view root = "";
};

/// Reads what bounds this process's memory: the tightest of its control groups, RLIMIT_AS, RLIMIT_DATA, and the
/// machine's memory.
/// Errors: open_cgroup, read_cgroup, parse_cgroup, find_cgroup (the first of them), those of meminfo,
/// getrlimit, and those of status. What a machine does not have is absent without an error.
/// Cost: a pread(2) and an fstat(2) a file, 5 to 7 in all, and two getrlimit(2): about 20 µs; status besides,
/// 8 µs, where RLIMIT_DATA is set; a walk besides
/// where it is asked for, or the group is gone. No allocation, no lock. Threads: one at a time.
/// Source: cgroups(7), getrlimit(2), proc(5).
class limits_reader {
 public:
  explicit limits_reader(limits_options options = {}) noexcept
      : root_{options.root},
        groups_{options.root, options.descriptors},
        meminfo_{nullptr, options.descriptors},
        status_{options.descriptors} {}

  /// Fills `into`, from `memory` as far as it is about what the process uses.
  void read(process_memory const& memory, memory_limits& into, read_errors& errors) noexcept {
    into = {};
    if (auto const error = groups_.read(into)) errors.add(*error);
    read_machine(into, errors);
    rlimit limit{};
    if (::getrlimit(RLIMIT_AS, &limit) != 0) {
      errors.add({read_step::getrlimit, errno});
    } else if (limit.rlim_cur != RLIM_INFINITY) {
      into.address_space_limit = bytes{limit.rlim_cur};
    }
    read_data(into, errors);
    choose_tightest(into, memory, groups_.kind());
  }

  /// Has the next read look for the group again, and walk up from it: the process may have been moved,
  /// any of its ancestors been given another limit, and another of them have less left than this one.
  void walk_again() noexcept { groups_.walk_again(); }

  /// Which of the groups' limits is met first.
  [[nodiscard]] auto group_kind() const noexcept -> limit_kind { return groups_.kind(); }
  /// How often the group has become another one: what was seen of it before is then of no use.
  [[nodiscard]] auto group_changes() const noexcept -> std::uint64_t { return groups_.changes(); }

 private:
  void read_machine(memory_limits& into, read_errors& errors) noexcept {
    auto const meminfo = read_parsed<4096>(
        meminfo_, path_of(root_, "proc/meminfo").c_str(),
        {read_step::open_meminfo, read_step::read_meminfo, read_step::parse_meminfo},
        parse_meminfo);
    if (!meminfo.value) return errors.add(meminfo.why);
    into.ram_total = meminfo.value->total;
    into.ram_available = meminfo.value->available;
  }

  void read_data(memory_limits& into, read_errors& errors) noexcept {
    rlimit limit{};
    if (::getrlimit(RLIMIT_DATA, &limit) != 0) return errors.add({read_step::getrlimit, errno});
    auto const compared = limit.rlim_cur == 0 ? limit.rlim_max : limit.rlim_cur;
    if (compared == RLIM_INFINITY) return;
    into.data_limit = bytes{compared};
    auto const [status, why] = status_.read();
    if (!status) return errors.add(why);
    into.data_used = status->vm_data;
  }

  std::string_view root_;
  cgroup_limits_reader groups_;
  proc_file meminfo_;
  status_reader status_;
};

}  // namespace memscape::inline v0
