// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// The step of a read that failed: what the reader was doing, by the name of the call or file.
enum class read_step : std::uint8_t {
  open_statm,      ///< open(2) of /proc/self/statm
  read_statm,      ///< pread(2) of /proc/self/statm
  parse_statm,     ///< other fields than proc(5) promises, or fewer
  page_size,       ///< sysconf(_SC_PAGESIZE)
  getrusage,       ///< getrusage(2)
  task_info,       ///< task_info(MACH_TASK_BASIC_INFO) of macOS
  task_vm_info,    ///< task_info(TASK_VM_INFO) of macOS
  process_memory,  ///< GetProcessMemoryInfo of Windows
  virtual_size,    ///< the call that tells the virtual size on Windows
  unsupported,     ///< what the platform or a third party's reader cannot do at all
  open_status,     ///< open(2) of /proc/self/status
  read_status,     ///< pread(2) of it
  parse_status,    ///< not what proc(5) promises, or cut
  open_rollup,     ///< open(2) of /proc/self/smaps_rollup
  read_rollup,     ///< pread(2) of it
  parse_rollup,    ///< not what proc(5) promises, or cut
  open_meminfo,    ///< open(2) of /proc/meminfo
  read_meminfo,    ///< pread(2) of it
  parse_meminfo,   ///< not what proc(5) promises, or cut
  open_cgroup,     ///< open(2) of /proc/self/cgroup, of mountinfo, or of a file of the group
  read_cgroup,     ///< read of one of those
  parse_cgroup,    ///< not what cgroups(7) promises, or cut, or a path that is too long
  getrlimit,       ///< getrlimit(2)
  find_cgroup,  ///< no mount of the groups' file system that this process sees shows its group: ENOENT
                ///< where there is none, EXDEV where those there are show other groups, as in a
                ///< cgroup namespace without a mount of its own; else the errno of stat(2)
};

/// The names of the steps, as they stand on the wire and in messages.
inline constexpr std::string_view read_step_names[] = {
    "open_statm",   "read_statm",   "parse_statm",    "page_size",     "getrusage",
    "task_info",    "task_vm_info", "process_memory", "virtual_size",  "unsupported",
    "open_status",  "read_status",  "parse_status",   "open_rollup",   "read_rollup",
    "parse_rollup", "open_meminfo", "read_meminfo",   "parse_meminfo", "open_cgroup",
    "read_cgroup",  "parse_cgroup", "getrlimit",      "find_cgroup",
};

/// The step's name.
[[nodiscard]] constexpr auto name_of(read_step step) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(step);
  return index < std::size(read_step_names) ? read_step_names[index] : "unknown";
}

/// The step with the longest name: exporters size their frames by it.
[[nodiscard]] constexpr auto longest_step() noexcept -> read_step {
  std::size_t longest = 0;
  for (std::size_t i = 0; i < std::size(read_step_names); ++i) {
    if (read_step_names[i].size() > read_step_names[longest].size()) longest = i;
  }
  return static_cast<read_step>(longest);
}

/// Why a number is absent: which step failed, and the platform's own code for it (`errno` on POSIX,
/// `kern_return_t` on macOS, `GetLastError` on Windows; 0 where the step has no code).
struct read_error {
  read_step step{};
  std::int32_t code = 0;

  [[nodiscard]] friend constexpr auto operator==(read_error, read_error) noexcept -> bool = default;
};

/// The failures of one read, in the order they were met, each once. Holds six, which is one more than any
/// reader has steps that can fail on their own; a seventh is dropped.
/// Cost: no allocation. Threads: a plain value.
class read_errors {
 public:
  static constexpr std::size_t capacity = 6;

  constexpr void add(read_error error) noexcept {
    for (std::size_t i = 0; i < size_; ++i) {
      if (errors_[i] == error) return;
    }
    if (size_ < capacity) errors_[size_++] = error;
  }
  [[nodiscard]] constexpr auto empty() const noexcept -> bool { return size_ == 0; }
  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] constexpr auto begin() const noexcept -> read_error const* {
    return errors_.data();
  }
  [[nodiscard]] constexpr auto end() const noexcept -> read_error const* {
    return errors_.data() + size_;
  }

  [[nodiscard]] friend constexpr auto operator==(read_errors const&, read_errors const&) noexcept
      -> bool = default;

 private:
  std::array<read_error, capacity> errors_{};
  std::uint8_t size_ = 0;
};

}  // namespace memscape::inline v0
