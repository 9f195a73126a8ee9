// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/readers/windows/calls.hpp>
#include <memscape/readers/windows/memory.hpp>

namespace memscape::inline v0 {

/// Reads what Windows knows of this process: GetProcessMemoryInfo and GlobalMemoryStatusEx.
/// Gives rss (the working set), peak_rss, commit (PrivateUsage) and vms (address space reserved or
/// committed); `read_extended()` also page_faults, minor and major together.
/// Errors, cost, threads: those of basic_windows_reader.
using windows_reader = basic_windows_reader<windows_calls>;

}  // namespace memscape::inline v0
