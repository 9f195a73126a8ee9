// SPDX-License-Identifier: MIT
#pragma once

#include <sys/ioctl.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/linux/line_stream.hpp>
#include <memscape/ledger/linux/smaps.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>

namespace memscape::inline v0 {

/// The mappings of this process in the order of their addresses, out of /proc/self/maps or, with the
/// kernel's counts, out of smaps.
/// A walk in pieces sees a mapping that grew over the place where it stood a second time: what was given
/// before is cut off it, and `changes()` counts it. Where the program closed the file meanwhile, the walk opens it
/// anew and goes on at the address that it had come to.
/// Errors: `why()` is the errno of the call that failed.
/// Cost: one pread(2) and one fstat(2) per 4 KiB of text, and no lock between two; 4 KiB of memory.
/// Threads: one at a time. Not across fork(2).
/// Source: proc(5).
class mapping_source {
 public:
  mapping_source() noexcept = default;
  mapping_source(mapping_source const&) = delete;
  auto operator=(mapping_source const&) -> mapping_source& = delete;
  ~mapping_source() { close(); }

  /// False when the file cannot be opened.
  auto open(bool with_counts, descriptor_policy policy = descriptor_policy::checked) noexcept
      -> bool {
    close();
    with_counts_ = with_counts;
    policy_ = policy;
    last_end_ = 0;
    changes_ = strange_ = 0;
    fruitless_ = 0;
    reader_ = {};
    ended_ = !open_at_start();
    return !ended_;
  }

  /// Ends a call of the user's: a descriptor that could not be known again is closed, and the next call
  /// opens the file anew.
  void pause() noexcept { descriptor_.end_call(); }

  void close() noexcept { descriptor_.close(); }

  /// The next mapping, or null behind the last; valid until the next call.
  [[nodiscard]] auto next() noexcept -> smaps_entry const* {
    while (!ended_) {
      auto const line =
          lines_.next([this](char* into, std::size_t size) noexcept { return read(into, size); });
      if (!line && lost_) {
        ended_ = ++fruitless_ > 8 || !open_at_start();
        continue;
      }
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
      if (found->map.end <= skipped_to_) continue;
      if (found->map.begin >= last_end_) {
        last_end_ = found->map.end;
        fruitless_ = 0;
        return found;
      }
      ++changes_;
      if (found->map.end <= last_end_) continue;
      fruitless_ = 0;
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
    held_descriptor of_this_call;
    bool const held = descriptor_.is_ours();
    if (!held) (void)of_this_call.open("/proc/self/maps", descriptor_policy::per_call);
    auto const& descriptor = held ? descriptor_ : of_this_call;
    bool const told =
        descriptor && ::syscall(SYS_ioctl, descriptor.number(), query_request, &query) == 0;
    of_this_call.end_call();
    if (told) return query.vma_page_size > static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
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

  // What was given already is skipped.
  auto open_at_start() noexcept -> bool {
    why_ = descriptor_.open(with_counts_ ? "/proc/self/smaps" : "/proc/self/maps", policy_);
    lost_ = false;
    offset_ = 0;
    skipped_to_ = last_end_;
    lines_.reset();
    strange_ += reader_.strange();
    reader_ = {};
    return why_ == 0;
  }

  // From an offset of our own: the file's may be moved by whoever has the number by now.
  auto read(char* into, std::size_t size) noexcept -> ::ssize_t {
    if (!descriptor_.is_ours()) return lose();
    for (;;) {
      auto const got = ::pread(descriptor_.number(), into, size, offset_);
      if (got >= 0) {
        offset_ += got;
        return got;
      }
      if (errno == EINTR) continue;
      if (errno == EBADF) return lose();
      why_ = errno;
      return got;
    }
  }
  auto lose() noexcept -> ::ssize_t {
    lost_ = true;
    why_ = EBADF;
    return -1;
  }

  line_stream<4096> lines_{};
  smaps_reader reader_{};
  smaps_entry plain_{};
  std::uint64_t last_end_ = 0;
  std::uint64_t changes_ = 0;
  std::uint64_t strange_ = 0;
  std::uint64_t skipped_to_ = 0;
  held_descriptor descriptor_{};
  descriptor_policy policy_ = descriptor_policy::checked;
  ::off_t offset_ = 0;
  int why_ = 0;
  int fruitless_ = 0;  // how often it was opened anew since the last mapping
  bool with_counts_ = false;
  bool lost_ = false;
  bool ended_ = true;
};

}  // namespace memscape::inline v0
