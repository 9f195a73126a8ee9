// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/ledger/linux/page_states.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// How an auditor works.
struct auditor_options {
  /// The best way to learn the state of pages that may be used; a worse one is taken where it fails.
  page_method best = page_method::scan;
  /// Ask the C library for its statistics. It walks malloc's free blocks for that, 24 to 36 ms per
  /// million, which no budget cuts short.
  bool ask_malloc = true;
  /// They take at most one part in so many of the time: a large heap's are then older than the ledger.
  /// 0 asks at each audit.
  std::uint32_t malloc_share = 100;
  /// How much memory may be taken for the time of an audit where sources have more than 1,024 ranges: 27
  /// bytes for each. For more than it holds, sources are asked again for every 1,024. Units: bytes.
  std::uint64_t range_memory = 64U << 20U;
  /// What stands before the paths of control groups. Must outlive the auditor.
  std::string_view root = "";
  /// How descriptors are kept between two slices and two audits. Without them each slice reads the list of
  /// mappings from its beginning.
  descriptor_policy descriptors = descriptor_policy::checked;
};

}  // namespace memscape::inline v0
