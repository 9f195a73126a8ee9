// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/extended_memory.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/proc/parsed_file.hpp>
#include <memscape/readers/linux/proc/proc_file.hpp>
#include <memscape/readers/linux/proc/smaps_rollup_text.hpp>

namespace memscape::inline v0 {

/// Reads /proc/self/smaps_rollup through a held descriptor.
/// Errors: open_rollup (ENOENT before Linux 4.14), read_rollup, parse_rollup.
/// Cost: the kernel visits every page: about 12 ms a GiB of 4 KiB pages, in which no other thread can map
/// or unmap memory. So read it seldom. No allocation, no lock of ours. Threads: any number may read at once.
/// Source: proc(5).
class smaps_rollup_reader {
 public:
  explicit smaps_rollup_reader(descriptor_policy descriptors = descriptor_policy::checked) noexcept
      : file_{"/proc/self/smaps_rollup", descriptors} {}

  [[nodiscard]] auto read() noexcept -> parsed<smaps_rollup_text> {
    return read_parsed<4096>(
        file_, "/proc/self/smaps_rollup",
        {read_step::open_rollup, read_step::read_rollup, read_step::parse_rollup},
        parse_smaps_rollup);
  }

 private:
  proc_file file_;
};

/// Puts what smaps_rollup says into the detail.
constexpr void fill(extended_memory& into, smaps_rollup_text const& rollup) noexcept {
  into.pss = rollup.pss;
  into.uss = rollup.uss();
  into.swap_pss = rollup.swap_pss;
  into.lazy_free = rollup.lazy_free;
  into.anon_huge_pages = rollup.anon_huge_pages;
  into.locked = rollup.locked;
}

}  // namespace memscape::inline v0
