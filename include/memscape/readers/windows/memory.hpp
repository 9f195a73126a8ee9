// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/extended_memory.hpp>
#include <memscape/readers/windows/faults.hpp>
#include <optional>

namespace memscape::inline v0 {

// The structs of <psapi.h> and <sysinfoapi.h>, so that the reader's logic runs on any machine and no
// program gets <windows.h> from us. A test asserts that they are what the system's headers say.

/// PROCESS_MEMORY_COUNTERS_EX. Units: bytes.
struct windows_counters {
  std::uint32_t size = sizeof(windows_counters);
  std::uint32_t page_fault_count = 0;
  std::size_t peak_working_set = 0;
  std::size_t working_set = 0;
  std::size_t pool_quotas[4]{};
  std::size_t pagefile_usage = 0;
  std::size_t peak_pagefile_usage = 0;
  std::size_t private_usage = 0;
};

/// MEMORYSTATUSEX. Units: bytes; the two of virtual memory are of the calling process.
struct windows_status {
  std::uint32_t size = sizeof(windows_status);
  std::uint32_t load = 0;
  std::uint64_t physical_and_page_file[4]{};
  std::uint64_t total_virtual = 0;
  std::uint64_t available_virtual = 0;
  std::uint64_t available_extended = 0;
};

/// What windows_reader does, over a seam for the calls of the system.
/// `Calls` has `process_memory_info(windows_counters&) noexcept` and `memory_status(windows_status&) noexcept`,
/// which return 0, or what GetLastError says.
/// Errors: process_memory and virtual_size, each with the code of its call; process_memory with
/// ERROR_NOT_SUPPORTED where the system leaves at zero what cannot be zero (Wine does). The numbers of
/// the other step are there all the same.
/// Cost: two system calls; no allocation, no lock. Threads: any number may read at once.
/// Source: https://learn.microsoft.com/windows/win32/api/psapi/nf-psapi-getprocessmemoryinfo,
/// https://learn.microsoft.com/windows/win32/api/sysinfoapi/ns-sysinfoapi-memorystatusex
template <class Calls>
class basic_windows_reader {
 public:
  [[nodiscard]] auto read() noexcept -> process_memory { return read_extended(); }

  [[nodiscard]] auto read_extended() noexcept -> extended_memory {
    extended_memory memory;
    read_counters(memory);
    read_virtual_size(memory);
    return memory;
  }

 private:
  static constexpr std::int32_t error_invalid_data = 13;
  static constexpr std::int32_t error_not_supported = 50;

  void read_counters(extended_memory& memory) noexcept {
    windows_counters counters;
    if (auto const error = Calls::process_memory_info(counters); error != 0) {
      return memory.errors.add({read_step::process_memory, static_cast<std::int32_t>(error)});
    }
    memory.rss = bytes{counters.working_set};
    memory.peak_rss = bytes{counters.peak_working_set};
    if (*memory.peak_rss < *memory.rss) memory.peak_rss = memory.rss;
    if (counters.private_usage != 0) memory.commit = bytes{counters.private_usage};
    if (auto const faults = faults_.carry(counters.page_fault_count)) {
      memory.page_faults = count{*faults};
    }
    if (!memory.commit || !memory.page_faults) {
      memory.errors.add({read_step::process_memory, error_not_supported});
    }
  }

  // Address space that is reserved or committed. The call speaks of the process, despite its name.
  static void read_virtual_size(extended_memory& memory) noexcept {
    windows_status status;
    if (auto const error = Calls::memory_status(status); error != 0) {
      return memory.errors.add({read_step::virtual_size, static_cast<std::int32_t>(error)});
    }
    if (status.available_virtual >= status.total_virtual) {
      return memory.errors.add({read_step::virtual_size, error_invalid_data});
    }
    memory.vms = bytes{status.total_virtual - status.available_virtual};
  }

  windows_faults faults_{};
};

}  // namespace memscape::inline v0
