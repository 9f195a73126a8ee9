// SPDX-License-Identifier: MIT
#pragma once

#include <mach/mach_init.h>
#include <mach/task.h>
#include <mach/task_info.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/readers/macos/memory.hpp>

namespace memscape::inline v0 {

/// The calls of macOS, as basic_macos_reader makes them.
struct macos_calls {
  [[nodiscard]] static auto task_info(mach_basic_info& into, std::uint32_t& words) noexcept -> int {
    static_assert(mach_basic_info::flavor == MACH_TASK_BASIC_INFO);
    static_assert(sizeof into == sizeof(mach_task_basic_info));
    static_assert(offsetof(mach_basic_info, resident_size_max) ==
                  offsetof(mach_task_basic_info, resident_size_max));
    return ask(mach_basic_info::flavor, into, words);
  }
  [[nodiscard]] static auto task_info(mach_vm_info& into, std::uint32_t& words) noexcept -> int {
    static_assert(mach_vm_info::flavor == TASK_VM_INFO);
    static_assert(sizeof into <= sizeof(task_vm_info));
    static_assert(offsetof(mach_vm_info, compressed) == offsetof(task_vm_info, compressed));
    static_assert(offsetof(mach_vm_info, phys_footprint) == offsetof(task_vm_info, phys_footprint));
    static_assert(offsetof(mach_vm_info, footprint_peak) ==
                  offsetof(task_vm_info, ledger_phys_footprint_peak));
    // The kernel gives a revision whole or not at all.
    static_assert(sizeof into == TASK_VM_INFO_REV3_COUNT * sizeof(natural_t));
    return ask(mach_vm_info::flavor, into, words);
  }
  [[nodiscard]] static auto getrusage(mach_usage& into) noexcept -> int {
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) return errno;
    into = {usage.ru_maxrss, usage.ru_minflt, usage.ru_majflt};
    return 0;
  }

 private:
  template <class Info>
  [[nodiscard]] static auto ask(std::uint32_t flavor, Info& into, std::uint32_t& words) noexcept
      -> int {
    mach_msg_type_number_t count = words;
    // mach_task_self() is read at each call: after fork(2) it is the child's.
    int const code =
        ::task_info(mach_task_self(), flavor, reinterpret_cast<integer_t*>(&into), &count);
    words = count;
    return code;
  }
};

/// Reads what macOS knows of this process: task_info(MACH_TASK_BASIC_INFO and TASK_VM_INFO) and getrusage(2).
/// Gives rss, vms, peak_rss, footprint, page_faults_minor, page_faults_major; `read_extended()` also
/// footprint_peak and compressed. `footprint` is what Activity Monitor calls memory: it counts compressed
/// pages, which `rss` misses, and leaves out reusable ones, which `rss` counts.
/// Errors, cost, threads: those of basic_macos_reader.
using macos_reader = basic_macos_reader<macos_calls>;

}  // namespace memscape::inline v0
