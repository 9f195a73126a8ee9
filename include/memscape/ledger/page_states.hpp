// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/page_run.hpp>

namespace memscape::inline v0 {

/// How the state of pages is learned, the best first.
enum class page_method : std::uint8_t {
  scan,     ///< ioctl(PAGEMAP_SCAN), Linux 6.7: tells the zero page apart
  pagemap,  ///< pread(2) of /proc/self/pagemap: takes the zero page for memory
  mincore,  ///< mincore(2): so does this, and it counts the page cache: private anonymous memory only
  none,
};

/// Asks the kernel which pages of this process are in RAM or in swap, a chunk a call.
/// Errors: the best method that works here is used; `why()` is the errno that ruled out scan.
/// Cost: 4 ms per GiB in RAM by scan, 15 where it tells files, 10 by pagemap, 1 by mincore; no allocation,
/// one descriptor.
/// Threads: one at a time. Not across fork(2): open it anew in the child.
/// Source: ioctl_pagemap_scan(2const), proc_pid_pagemap(5), mincore(2).
class page_states {
 public:
  page_states() noexcept = default;
  page_states(page_states const&) = delete;
  auto operator=(page_states const&) -> page_states& = delete;
  ~page_states() { close(); }

  /// Finds out what works, trying nothing better than `best`.
  void open(page_method best = page_method::scan) noexcept {
    close();
    method_ = page_method::mincore;
    why_ = 0;
    if (best > page_method::pagemap) return;
    descriptor_ = ::open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    if (descriptor_ < 0) {
      why_ = errno;
      return;
    }
    method_ = page_method::pagemap;
    if (best > page_method::scan) return;
    page_runs none;
    if (scan(0, page_, none, true) != 0) method_ = page_method::scan;
  }

  void close() noexcept {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
    method_ = page_method::none;
  }

  [[nodiscard]] auto method() const noexcept -> page_method { return method_; }
  [[nodiscard]] auto why() const noexcept -> int { return why_; }
  [[nodiscard]] auto page_size() const noexcept -> std::uint64_t { return page_; }

  /// Puts the runs of [from, to) that are resident or swapped into `runs`, and returns how far it
  /// came: `to`, or less where `runs` is full or 8 MiB of resident pages are found. 0 when it failed.
  /// Both addresses are multiples of the page size, and `from` < `to`. Without `tell_files` a scan leaves
  /// `page_run::file` out, for which the kernel looks into a structure of each page's.
  [[nodiscard]] auto read(std::uint64_t from, std::uint64_t to, page_runs& runs,
                          bool tell_files = true) noexcept -> std::uint64_t {
    runs.size = 0;
    switch (method_) {
      case page_method::scan: return scan(from, to, runs, tell_files);
      case page_method::pagemap: return read_pagemap(from, to, runs);
      case page_method::mincore: return ask_mincore(from, to, runs);
      case page_method::none: break;
    }
    return 0;
  }

 private:
  // linux/fs.h has them from 6.7 on, which is newer than the headers of many systems.
  struct scan_arguments {
    std::uint64_t size, flags, start, end, walk_end, vec, vec_len, max_pages;
    std::uint64_t category_inverted, category_mask, category_anyof_mask, return_mask;
  };
  static constexpr unsigned long scan_request = _IOWR('f', 16, scan_arguments);
  static constexpr std::uint64_t pages_at_once = 2048;

  [[nodiscard]] auto scan(std::uint64_t from, std::uint64_t to, page_runs& runs,
                          bool tell_files) noexcept -> std::uint64_t {
    for (;;) {
      scan_arguments arguments{};
      arguments.size = sizeof arguments;
      arguments.start = from;
      arguments.end = to;
      arguments.vec = reinterpret_cast<std::uintptr_t>(runs.runs.data());
      arguments.vec_len = page_runs::capacity;
      arguments.max_pages = pages_at_once;
      arguments.category_inverted = unwanted_;
      arguments.category_mask = unwanted_;
      arguments.category_anyof_mask = page_run::present | page_run::swap;
      arguments.return_mask = page_run::present | page_run::swap | page_run::in_huge |
                              (tell_files ? page_run::file : 0);
      // musl and glibc differ in what ioctl(2) takes its request as.
      auto const got = ::syscall(SYS_ioctl, descriptor_, scan_request, &arguments);
      if (got >= 0) {
        runs.size = static_cast<std::size_t>(got);
        return arguments.walk_end;
      }
      if (errno == EINTR) continue;
      // Guards are a category from 6.15 on, and look like swap without it.
      if (errno != EINVAL || unwanted_ == page_run::zero) {
        why_ = errno;
        return 0;
      }
      unwanted_ = page_run::zero;
    }
  }

  [[nodiscard]] auto read_pagemap(std::uint64_t from, std::uint64_t to, page_runs& runs) noexcept
      -> std::uint64_t {
    std::uint64_t entries[512];
    auto const pages = (to - from) / page_ < 512 ? (to - from) / page_ : 512;
    auto const got = ::pread(descriptor_, entries, pages * sizeof entries[0],
                             static_cast<::off_t>(from / page_ * sizeof entries[0]));
    if (got < static_cast<::ssize_t>(sizeof entries[0])) return 0;
    auto at = from;
    for (std::size_t i = 0; i < static_cast<std::size_t>(got) / sizeof entries[0]; ++i) {
      auto const state = (entries[i] >> 63U & 1U) * page_run::present |
                         (entries[i] >> 62U & 1U) * page_run::swap |
                         (entries[i] >> 61U & 1U) * page_run::file;
      if ((state & (page_run::present | page_run::swap)) != 0 && !runs.add(at, at + page_, state))
        return at;
      at += page_;
    }
    return at;
  }

  [[nodiscard]] auto ask_mincore(std::uint64_t from, std::uint64_t to, page_runs& runs) noexcept
      -> std::uint64_t {
    unsigned char states[2048];
    auto const pages = (to - from) / page_ < sizeof states ? (to - from) / page_ : sizeof states;
    // ENOMEM where a part is not mapped.
    if (::mincore(reinterpret_cast<void*>(from), pages * page_, states) != 0) return 0;
    auto at = from;
    for (std::size_t i = 0; i < pages; ++i) {
      if ((states[i] & 1U) != 0 && !runs.add(at, at + page_, page_run::present)) return at;
      at += page_;
    }
    return at;
  }

  std::uint64_t page_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t unwanted_ = page_run::zero | page_run::guard;
  int descriptor_ = -1;
  int why_ = 0;
  page_method method_ = page_method::none;
};

}  // namespace memscape::inline v0
