// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <memscape/core/extended_memory.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/parsed_file.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/linux/proc/status_text.hpp>

namespace memscape::inline v0 {

/// Reads /proc/self/status through a held descriptor.
/// Errors: open_status, read_status, parse_status. A process of more than about 600 groups has a text
/// that does not fit, and then does not parse.
/// Cost: one pread(2) and one fstat(2), about 8 µs; no allocation, no lock. Threads: any number may read at once.
/// Source: proc(5).
class status_reader {
 public:
  explicit status_reader(descriptor_policy descriptors = descriptor_policy::checked) noexcept
      : file_{"/proc/self/status", descriptors} {}

  [[nodiscard]] auto read() noexcept -> parsed<status_text> {
    auto const told = read_parsed<8192>(
        file_, "/proc/self/status",
        {read_step::open_status, read_step::read_status, read_step::parse_status}, parse_status);
    // Not a line of memory: the main thread has ended, and /proc/self is what is left of it.
    if (told.value && !told.value->has_memory()) return {{}, {read_step::parse_status, ESRCH}};
    return told;
  }

 private:
  proc_file file_;
};

/// Puts what status says into the detail.
constexpr void fill(extended_memory& into, status_text const& status) noexcept {
  into.rss_anon = status.rss_anon;
  into.rss_file = status.rss_file;
  into.rss_shmem = status.rss_shmem;
  into.swap = status.vm_swap;
  into.page_tables = status.vm_pte;
  into.hugetlb = status.hugetlb_pages;
  into.peak_rss_since_exec = status.vm_hwm;
  into.threads = status.threads;
}

}  // namespace memscape::inline v0
