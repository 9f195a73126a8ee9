// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/core/bytes.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What the process costs beyond its RSS. A field that this kernel does not tell is absent.
struct outside_account {
  std::optional<bytes> page_tables{};  ///< VmPTE
  std::optional<bytes> swap{};         ///< VmSwap: swapped anonymous memory, without shmem
  std::optional<bytes> hugetlb{};      ///< HugetlbPages
  // Of the whole control group, other processes' included.
  std::optional<bytes> cgroup_kernel{};  ///< kernel memory: memory.stat, memory.kmem.usage_in_bytes
  std::optional<bytes> cgroup_socket{};  ///< socket buffers: there, memory.kmem.tcp.usage_in_bytes
  /// RssShmem, which is in RSS: what the ledger finds of shared memory is held against it.
  std::optional<bytes> shmem_witness{};
};

}  // namespace memscape::inline v0
