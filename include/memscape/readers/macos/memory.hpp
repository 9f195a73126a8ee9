// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/core/extended_memory.hpp>
#include <optional>

namespace memscape::inline v0 {

// The structs of <mach/task_info.h>, so that the reader's logic runs on any machine; macos.hpp asserts that
// they are what the system's header says.

/// mach_task_basic_info. Units: bytes.
struct mach_basic_info {
  static constexpr std::uint32_t flavor = 20;
  std::uint64_t virtual_size;
  std::uint64_t resident_size;
  std::uint64_t resident_size_max;
  std::int32_t times_and_policy[6];
};

/// task_vm_info as far as its third revision. Units: bytes.
struct mach_vm_info {
  static constexpr std::uint32_t flavor = 22;
  std::uint64_t virtual_size;
  std::int32_t region_count;
  std::int32_t page_size;
  std::uint64_t resident_size;
  std::uint64_t resident_size_peak;
  std::uint64_t device_to_purgeable[11];
  std::uint64_t compressed;
  std::uint64_t compressed_peak;
  std::uint64_t compressed_lifetime;
  std::uint64_t phys_footprint;  // since revision 1
  std::uint64_t min_address;
  std::uint64_t max_address;
  std::int64_t footprint_peak;  // since revision 3
  std::int64_t other_ledgers[20];
};

/// The part of a rusage that the reader takes. On macOS `maxrss` is in bytes.
struct mach_usage {
  std::int64_t maxrss;
  std::int64_t minor_faults;
  std::int64_t major_faults;
};

/// What macos_reader does, over a seam for the calls of the system.
/// `Calls` has `task_info(mach_basic_info&, std::uint32_t& words) noexcept` and the same of mach_vm_info,
/// which return a kern_return_t and make `words` the number of 32-bit words that the kernel wrote, and
/// `getrusage(mach_usage&) noexcept`, which returns an errno. 0 is success.
/// Errors: task_info and task_vm_info with their kern_return_t (0 where the kernel told too little), getrusage
/// with errno; the numbers of the other steps are there all the same.
/// Cost: three system calls; no allocation, no lock. Threads: any number may read at once.
/// Source: <mach/task_info.h>, getrusage(2).
template <class Calls>
class basic_macos_reader {
 public:
  [[nodiscard]] constexpr auto read() noexcept -> process_memory { return read_extended(); }

  [[nodiscard]] constexpr auto read_extended() noexcept -> extended_memory {
    extended_memory memory;
    read_basic(memory);
    read_vm(memory);
    read_usage(memory);
    // A peak is read before or after the RSS beside it, and never lower.
    if (memory.peak_rss && memory.rss) raise(memory.peak_rss, *memory.rss);
    return memory;
  }

 private:
  static constexpr std::size_t word = sizeof(std::int32_t);

  static constexpr void read_basic(extended_memory& memory) noexcept {
    mach_basic_info info{};
    std::uint32_t words = sizeof info / word;
    if (int const code = Calls::task_info(info, words); code != 0 || words * word < sizeof info) {
      return memory.errors.add({read_step::task_info, code});
    }
    memory.rss = bytes{info.resident_size};
    memory.vms = bytes{info.virtual_size};
    raise(memory.peak_rss, bytes{info.resident_size_max});
  }

  static constexpr void read_vm(extended_memory& memory) noexcept {
    mach_vm_info info{};
    std::uint32_t words = sizeof info / word;
    int const code = Calls::task_info(info, words);
    std::size_t const told = code == 0 ? words * word : 0;
    // An older kernel writes fewer words; what it left out would read as zero.
    if (told >= offsetof(mach_vm_info, phys_footprint)) memory.compressed = bytes{info.compressed};
    if (told < offsetof(mach_vm_info, min_address)) {
      return memory.errors.add({read_step::task_vm_info, code});
    }
    memory.footprint = bytes{info.phys_footprint};
    if (told >= offsetof(mach_vm_info, other_ledgers) && info.footprint_peak >= 0) {
      memory.footprint_peak = bytes{static_cast<std::uint64_t>(info.footprint_peak)};
      raise(memory.footprint_peak, *memory.footprint);
    }
  }

  static constexpr void read_usage(extended_memory& memory) noexcept {
    mach_usage usage{};
    if (int const error = Calls::getrusage(usage); error != 0) {
      return memory.errors.add({read_step::getrusage, error});
    }
    if (usage.maxrss > 0) raise(memory.peak_rss, bytes{static_cast<std::uint64_t>(usage.maxrss)});
    // The kernel keeps these counts in 32 signed bits.
    if (usage.minor_faults < 0 || usage.major_faults < 0) {
      memory.errors.add({read_step::getrusage, EOVERFLOW});
    }
    memory.page_faults_minor = counted(usage.minor_faults);
    memory.page_faults_major = counted(usage.major_faults);
  }

  [[nodiscard]] static constexpr auto counted(std::int64_t faults) noexcept
      -> std::optional<count> {
    if (faults < 0) return std::nullopt;
    return count{static_cast<std::uint64_t>(faults)};
  }

  static constexpr void raise(std::optional<bytes>& peak, bytes seen) noexcept {
    if (!peak || *peak < seen) peak = seen;
  }
};

}  // namespace memscape::inline v0
