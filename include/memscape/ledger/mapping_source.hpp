// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/line_stream.hpp>
#include <memscape/ledger/smaps.hpp>

namespace memscape::inline v0 {

/// The mappings of this process in the order of their addresses, out of /proc/self/maps or, with the
/// kernel's counts, out of smaps.
/// A walk in pieces sees a mapping that grew over the place where it stood a second time: what was given
/// before is cut off it, and `changes()` counts it.
/// Errors: `why()` is the errno of the call that failed.
/// Cost: one read(2) per 4 KiB of text, and no lock between two; 4 KiB of memory.
/// Threads: one at a time. Not across fork(2).
/// Source: proc(5).
class mapping_source {
 public:
  mapping_source() noexcept = default;
  mapping_source(mapping_source const&) = delete;
  auto operator=(mapping_source const&) -> mapping_source& = delete;
  ~mapping_source() { close(); }

  /// False when the file cannot be opened.
  auto open(bool with_counts) noexcept -> bool {
    close();
    with_counts_ = with_counts;
    descriptor_ =
        ::open(with_counts ? "/proc/self/smaps" : "/proc/self/maps", O_RDONLY | O_CLOEXEC);
    why_ = descriptor_ < 0 ? errno : 0;
    lines_.reset();
    reader_ = {};
    last_end_ = 0;
    changes_ = strange_ = 0;
    ended_ = false;
    return descriptor_ >= 0;
  }

  void close() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  /// The next mapping, or null behind the last; valid until the next call.
  [[nodiscard]] auto next() noexcept -> smaps_entry const* {
    while (!ended_) {
      auto const line =
          lines_.next([this](char* into, std::size_t size) noexcept { return read(into, size); });
      if (!line) ended_ = true;
      smaps_entry const* found = nullptr;
      if (with_counts_) {
        found = line ? reader_.feed(*line) : reader_.finish();
      } else if (line) {
        if (parse_mapping(*line, plain_.map)) {
          found = &plain_;
        } else {
          ++strange_;
        }
      }
      if (found == nullptr) continue;
      if (found->map.begin >= last_end_) {
        last_end_ = found->map.end;
        return found;
      }
      ++changes_;
      if (found->map.end <= last_end_) continue;
      plain_ = *found;
      plain_.map.begin = last_end_;
      last_end_ = plain_.map.end;
      return &plain_;
    }
    return nullptr;
  }

  /// errno where it could not be opened, or where a read failed and mappings are missing.
  [[nodiscard]] auto why() const noexcept -> int { return why_; }
  [[nodiscard]] auto changes() const noexcept -> std::uint64_t { return changes_; }
  /// Lines that are no mapping.
  [[nodiscard]] auto strange() const noexcept -> std::uint64_t {
    return strange_ + reader_.strange();
  }

  /// Whether the mapping is of reserved huge pages, which RSS leaves out.
  [[nodiscard]] auto is_hugetlb(mapping const& map) const noexcept -> bool {
    if (map.kind == mapping_kind::hugetlb) return true;
    procmap_query query{};
    query.size = sizeof query;
    query.query_addr = map.begin;
    if (descriptor_ >= 0 && ::syscall(SYS_ioctl, descriptor_, query_request, &query) == 0) {
      return query.vma_page_size > static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
    }
    // Before Linux 6.11; a path that was clipped or deleted is then taken for an ordinary file.
    char path[100]{};
    auto const name = map.name.view();
    name.copy(path, name.size());
    struct statfs file_system{};
    constexpr auto hugetlbfs = 0x958458f6;
    return ::statfs(path, &file_system) == 0 && file_system.f_type == hugetlbfs;
  }

 private:
  // linux/fs.h has it from 6.11 on.
  struct procmap_query {
    std::uint64_t size, query_flags, query_addr, vma_start, vma_end, vma_flags, vma_page_size;
    std::uint64_t vma_offset, inode;
    std::uint32_t dev_major, dev_minor, vma_name_size, build_id_size;
    std::uint64_t vma_name_addr, build_id_addr;
  };
  static constexpr unsigned long query_request = _IOWR('f', 17, procmap_query);

  auto read(char* into, std::size_t size) noexcept -> ::ssize_t {
    for (;;) {
      auto const got = ::read(descriptor_, into, size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) why_ = errno;
      return got;
    }
  }

  line_stream<4096> lines_{};
  smaps_reader reader_{};
  smaps_entry plain_{};
  std::uint64_t last_end_ = 0;
  std::uint64_t changes_ = 0;
  std::uint64_t strange_ = 0;
  int descriptor_ = -1;
  int why_ = 0;
  bool with_counts_ = false;
  bool ended_ = true;
};

}  // namespace memscape::inline v0
