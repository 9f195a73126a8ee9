// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/walk/clipped_name.hpp>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// What a mapping is, by the name that the kernel gives it.
enum class mapping_kind : std::uint8_t {
  anonymous,  ///< no name
  named,      ///< anonymous memory that the program named: prctl(PR_SET_VMA_ANON_NAME)
  heap,       ///< the program break
  stack,      ///< the main thread's stack
  vdso,       ///< code that the kernel lends
  kernel,     ///< the kernel's own pages, which are not in RSS: [vvar], [vsyscall]
  shmem,  ///< shared anonymous memory, memfd, System V, files of tmpfs; of a private one, what is unwritten
  secret,   ///< memfd_secret(2)
  device,   ///< a device's or the kernel's own buffers: /dev/…, io_uring, aio, perf, sockets
  hugetlb,  ///< anonymous memory of reserved huge pages, which is not in RSS
  file,     ///< anything else that has a path
};

/// One mapping of the address space, from /proc/self/maps.
struct mapping {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  std::uint64_t device = 0;  ///< major number in the upper half
  std::uint64_t inode = 0;   ///< 0 is one: the first System V segment of an IPC namespace has it
  std::uint64_t offset = 0;  ///< in the file
  mapping_kind kind{};
  bool readable = false;
  bool writable = false;
  bool executable = false;
  bool shared = false;
  /// The path as the kernel escapes it, or the bare name of named memory.
  clipped_name<96> name{};

  [[nodiscard]] auto size() const noexcept -> std::uint64_t { return end - begin; }
  /// Whether only a page's own state says if it is shared, or is there at all.
  [[nodiscard]] auto may_hold_both() const noexcept -> bool {
    return shared || kind == mapping_kind::shmem || kind == mapping_kind::device ||
           kind == mapping_kind::secret;
  }
  /// Whether a file may lie behind it. The inode does not tell: that of a System V segment may be 0.
  [[nodiscard]] auto has_file() const noexcept -> bool {
    return kind == mapping_kind::file || kind == mapping_kind::shmem ||
           kind == mapping_kind::device;
  }
};

/// The kind of a mapping with this name, and this major number of its device. A file on a disk may have any name;
/// the kernel's own have no disk, and stand at the root of a file system that is mounted nowhere.
[[nodiscard]] constexpr auto kind_of(std::string_view name, std::uint64_t major = 0) noexcept
    -> mapping_kind {
  if (name.empty()) return mapping_kind::anonymous;
  if (name.starts_with('[')) {
    if (name == "[heap]") return mapping_kind::heap;
    if (name == "[stack]") return mapping_kind::stack;
    if (name == "[vdso]") return mapping_kind::vdso;
    if (name.starts_with("[vvar") || name == "[vsyscall]") return mapping_kind::kernel;
    if (name.starts_with("[anon_shmem:")) return mapping_kind::shmem;
    if (name.starts_with("[anon:")) return mapping_kind::named;
    // Old kernels name the stacks of threads; what is left are pages of code, as [uprobes] and [vectors].
    return name.starts_with("[stack") ? mapping_kind::anonymous : mapping_kind::vdso;
  }
  // A path begins with a slash, and what has none is a file system's without one: anon_inode:, socket:.
  if (!name.starts_with('/')) return mapping_kind::device;
  if (major != 0 && !name.starts_with("/dev/")) return mapping_kind::file;
  if (name == "/anon_hugepage" || name == "/anon_hugepage (deleted)") return mapping_kind::hugetlb;
  for (std::string_view const prefix : {"/dev/zero", "/memfd:", "/SYSV", "/dev/shm/"}) {
    if (name.starts_with(prefix)) return mapping_kind::shmem;
  }
  if (name == "/secretmem" || name == "/secretmem (deleted)") return mapping_kind::secret;
  for (std::string_view const prefix : {"/dev/", "/dmabuf:", "/[aio]"}) {
    if (name.starts_with(prefix)) return mapping_kind::device;
  }
  return mapping_kind::file;
}

/// The value of each character as a hexadecimal digit; 16 where it is none.
inline constexpr auto hex_digits = [] {
  std::array<std::uint8_t, 256> values{};
  for (std::size_t c = 0; c < values.size(); ++c) {
    auto const digit = std::string_view{"0123456789abcdef"}.find(static_cast<char>(c));
    values[c] = digit == std::string_view::npos ? 16 : static_cast<std::uint8_t>(digit);
  }
  return values;
}();

/// Takes a hexadecimal number of at most sixteen digits off the front of `text`.
[[nodiscard]] constexpr auto take_hex(std::string_view& text) noexcept
    -> std::optional<std::uint64_t> {
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < text.size(); ++digits) {
    auto const digit = hex_digits[static_cast<unsigned char>(text[digits])];
    if (digit == 16) break;
    value = value << 4U | digit;
  }
  if (digits == 0 || digits > 16) return std::nullopt;
  text.remove_prefix(digits);
  return value;
}

/// Parses a line of /proc/self/maps, or the first of an entry of smaps, into `parsed`, whose fields mean
/// nothing where it is none.
/// Cost: about 60 ns, no allocation. Source: proc(5); fs/proc/task_mmu.c, show_map_vma.
[[nodiscard]] inline auto parse_mapping(std::string_view line, mapping& parsed) noexcept -> bool {
  auto const take = [&line](char expected) {
    if (!line.starts_with(expected)) return false;
    line.remove_prefix(1);
    return true;
  };
  auto const begin = take_hex(line);
  if (!begin || !take('-')) return false;
  auto const end = take_hex(line);
  if (!end || *end <= *begin || !take(' ') || line.size() < 5) return false;
  parsed.begin = *begin;
  parsed.end = *end;
  constexpr std::string_view set[] = {"r", "w", "x", "ps"};
  for (std::size_t i = 0; i < 4; ++i) {
    bool const may_be_unset = i < 3 && line[i] == '-';
    if (!may_be_unset && set[i].find(line[i]) == std::string_view::npos) return false;
  }
  parsed.readable = line[0] == 'r';
  parsed.writable = line[1] == 'w';
  parsed.executable = line[2] == 'x';
  parsed.shared = line[3] == 's';
  line.remove_prefix(4);
  // Anonymous memory, as most mappings are where there are many.
  constexpr std::string_view of_no_file = " 00000000 00:00 0 ";
  if (line.starts_with(of_no_file)) {
    line.remove_prefix(of_no_file.size() - 1);
    parsed.device = parsed.inode = parsed.offset = 0;
  } else {
    if (!take(' ')) return false;
    auto const offset = take_hex(line);
    if (!offset || !take(' ')) return false;
    auto const major = take_hex(line);
    if (!major || !take(':')) return false;
    auto const minor = take_hex(line);
    if (!minor || !take(' ')) return false;
    auto const inode = take_number(line);
    if (!inode) return false;
    parsed.device = *major << 32U | *minor;
    parsed.inode = *inode;
    parsed.offset = *offset;
  }
  // Spaces up to a column, and then the name, which may hold spaces and is escaped for newlines.
  if (!line.empty() && line.front() != ' ') return false;
  line.remove_prefix(line.find_first_not_of(' ') == std::string_view::npos
                         ? line.size()
                         : line.find_first_not_of(' '));
  parsed.kind = kind_of(line, parsed.device >> 32U);
  if (parsed.kind == mapping_kind::named) {
    line.remove_prefix(std::string_view{"[anon:"}.size());
    if (line.ends_with(']')) line.remove_suffix(1);
  }
  parsed.name = line;
  return true;
}

/// The same, as a value or nothing.
[[nodiscard]] inline auto parse_mapping(std::string_view line) noexcept -> std::optional<mapping> {
  mapping parsed;
  if (!parse_mapping(line, parsed)) return std::nullopt;
  return parsed;
}

}  // namespace memscape::inline v0
