// SPDX-License-Identifier: MIT
#pragma once

#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/readers/linux/proc/file_lines.hpp>
#include <memscape/readers/linux/proc/mountinfo_text.hpp>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Finds out what lies behind a mapped file where its path does not tell: the kernel counts each file of a
/// tmpfs as shared memory, wherever that is mounted, and a path in /dev may be a device or a file.
/// File systems are known by their device numbers, from /proc/self/mountinfo, and kept until `forget`.
/// Errors: a file system that is mounted nowhere in sight is taken for an ordinary one: one that was unmounted
/// lazily, lies outside of this root, or in another mount namespace. So is an overlay over a tmpfs, whose files
/// have the overlay's number.
/// Cost: nothing for files on disks; stat(2) for paths in /dev; and once after each `forget` for a file system
/// without a disk, a read of mountinfo, 20 µs. No allocation. Threads: one at a time.
/// Source: proc_pid_mountinfo(5), tmpfs(5), memfd_create(2).
class backing {
 public:
  /// What the mapping is, which its own `kind` tells by the name alone.
  [[nodiscard]] auto kind_of(mapping const& of) noexcept -> mapping_kind {
    auto const name = of.name.view();
    bool const in_dev = !of.name.clipped() && name.starts_with("/dev/");
    bool const by_path = of.kind == mapping_kind::file || of.kind == mapping_kind::device ||
                         of.kind == mapping_kind::shmem;
    if (is_named_by_kernel(of) && of.device >> 32U == 0 && find(of).is_mounted) {
      return find(of).is_tmpfs ? mapping_kind::shmem : mapping_kind::file;
    }
    if (!by_path || (of.kind == mapping_kind::device && !in_dev)) return of.kind;
    // Only private ones keep that name: the kernel makes them of anonymous memory.
    if (name == "/dev/zero" && !of.shared) return mapping_kind::anonymous;
    // File systems on disks have a major number of their own.
    bool const without_disk = of.device >> 32U == 0;
    if (in_dev && of.kind == mapping_kind::device && !is_file(of)) return mapping_kind::device;
    if (!without_disk) return mapping_kind::file;
    if (of.kind == mapping_kind::shmem && !name.starts_with("/dev/shm/")) return of.kind;
    return find(of).is_tmpfs ? mapping_kind::shmem : mapping_kind::file;
  }

  /// The mapping with that kind.
  [[nodiscard]] auto resolved(mapping of) noexcept -> mapping {
    of.kind = kind_of(of);
    return of;
  }

  /// Looks at mounts anew: what is unmounted leaves its number to the next file system.
  void forget() noexcept { size_ = 0; }

 private:
  struct file_system {
    std::uint64_t device = 0;
    bool is_tmpfs = false;
    bool is_mounted = false;
  };

  // What the kernel names itself lies on mounts of its own, which are in no list. A file system without a disk
  // that is in the list (btrfs, overlay) may have files of such a name.
  [[nodiscard]] static auto is_named_by_kernel(mapping const& of) noexcept -> bool {
    auto const name = of.name.view();
    return name.starts_with('/') && !name.starts_with("/dev/") &&
           (of.kind == mapping_kind::hugetlb || of.kind == mapping_kind::secret ||
            of.kind == mapping_kind::device || of.kind == mapping_kind::shmem);
  }

  [[nodiscard]] static auto is_file(mapping const& of) noexcept -> bool {
    char path[128]{};
    auto const name = of.name.view();
    name.copy(path, name.size());
    struct stat status{};
    constexpr std::string_view deleted = " (deleted)";
    if (::stat(path, &status) != 0 || status.st_ino != of.inode) return name.ends_with(deleted);
    return S_ISREG(status.st_mode);
  }

  [[nodiscard]] auto find(mapping const& of) noexcept -> file_system {
    for (std::size_t i = 0; i < size_; ++i) {
      if (known_[i].device == of.device) return known_[i];
    }
    auto found = mounted(of.device);
    // The kernel's own, of memfd and System V, is mounted nowhere, and never unmounted.
    if (own_ == UINT64_MAX) own_ = own_tmpfs();
    found.is_tmpfs = found.is_tmpfs || of.device == own_;
    if (size_ == known_.size()) size_ = 0;
    return known_[size_++] = found;
  }

  [[nodiscard]] static auto mounted(std::uint64_t device) noexcept -> file_system {
    file_lines lines{"/proc/self/mountinfo"};
    while (auto const line = lines.next()) {
      auto const parsed = parse_mountinfo_line(*line);
      if (!parsed) continue;
      auto rest = *line;
      (void)take_word(rest);
      (void)take_word(rest);
      auto word = take_word(rest);
      auto const upper = take_number(word);
      if (!upper || !word.starts_with(':')) continue;
      word.remove_prefix(1);
      auto const lower = take_number(word);
      if (!lower || (*upper << 32U | *lower) != device) continue;
      return {device, parsed->type == "tmpfs" || parsed->type == "devtmpfs", true};
    }
    return {device, false, false};
  }

  [[nodiscard]] static auto own_tmpfs() noexcept -> std::uint64_t {
    constexpr unsigned close_on_exec = 1;
    auto const descriptor =
        static_cast<int>(::syscall(SYS_memfd_create, "memscape", close_on_exec));
    if (descriptor < 0) return UINT64_MAX;
    struct stat status{};
    bool const known = ::fstat(descriptor, &status) == 0;
    ::close(descriptor);
    if (!known) return UINT64_MAX;
    // As makedev(3), whose header has macros of common names.
    std::uint64_t const number = status.st_dev;
    auto const upper = (number >> 8U & 0xfffU) | (number >> 32U & 0xfffff000U);
    auto const lower = (number & 0xffU) | (number >> 12U & 0xffffff00U);
    return upper << 32U | lower;
  }

  std::array<file_system, 8> known_{};
  std::size_t size_ = 0;
  std::uint64_t own_ = UINT64_MAX;
};

}  // namespace memscape::inline v0
