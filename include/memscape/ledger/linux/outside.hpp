// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/readers/linux/cgroup/outside.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/status.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Reads what the process costs beyond its RSS. `root` is before every path of control groups.
/// Errors: what cannot be read is absent, and in `faults`.
/// Cost: four or five files, opened and closed: about 75 µs; no allocation. Threads: any.
/// Source: proc(5), cgroups(7).
inline void read_outside(outside_account& into, ledger_faults& faults,
                         std::string_view root = "") noexcept {
  // Once an audit: not worth a descriptor.
  if (auto const [status, why] = status_reader{descriptor_policy::per_call}.read(); status) {
    into.page_tables = status->vm_pte;
    into.swap = status->vm_swap;
    into.hugetlb = status->hugetlb_pages;
    into.shmem_witness = status->rss_shmem;
  } else {
    faults.add(ledger_fault_kind::status, why.code);
  }
  auto const group = read_cgroup_outside(root);
  into.cgroup_kernel = group.kernel;
  into.cgroup_socket = group.socket;
  if (group.error) faults.add(ledger_fault_kind::cgroup, group.error->code);
}

}  // namespace memscape::inline v0
