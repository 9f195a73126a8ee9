// SPDX-License-Identifier: MIT
#pragma once

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/ledger/linux/page_method.hpp>
#include <memscape/ledger/linux/page_run.hpp>
#include <memscape/readers/linux/fork/held_descriptor.hpp>

namespace memscape::inline v0 {

/// Asks the kernel which pages of this process are in RAM or in swap, a chunk a call.
/// Errors: the best method that works here is used; `why()` is the errno that ruled out a better one, and
/// `failure()` that of the read that failed last, or why there is no method at all. Where the program closed the
/// file meanwhile it is opened anew.
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
  void open(page_method best = page_method::scan,
            descriptor_policy policy = descriptor_policy::checked) noexcept {
    close();
    policy_ = policy;
    why_ = failure_ = 0;
    method_ = find(best);
    lost_ = false;
  }

  /// Ends a call of the user's: a descriptor that could not be known again is closed, and the next call
  /// opens the file anew.
  void pause() noexcept { descriptor_.end_call(); }

  void close() noexcept {
    descriptor_.close();
    method_ = page_method::none;
  }

  /// Whether the method that was found works no longer, so that it has to be looked for again.
  [[nodiscard]] auto lost() const noexcept -> bool { return lost_; }

  [[nodiscard]] auto method() const noexcept -> page_method { return method_; }
  [[nodiscard]] auto why() const noexcept -> int { return why_; }
  [[nodiscard]] auto failure() const noexcept -> int { return failure_; }
  [[nodiscard]] auto page_size() const noexcept -> std::uint64_t { return page_; }

  /// Puts the runs of [from, to) that are resident or swapped into `runs`, and returns how far it
  /// came: `to`, or less where `runs` is full or 8 MiB of resident pages are found. 0 when it failed.
  /// Both addresses are multiples of the page size, and `from` < `to`. Without `tell_files` a scan leaves
  /// `page_run::file` out, for which the kernel looks into a structure of each page's.
  [[nodiscard]] auto read(std::uint64_t from, std::uint64_t to, page_runs& runs,
                          bool tell_files = true) noexcept -> std::uint64_t {
    runs.size = 0;
    if (method_ == page_method::none) return 0;
    if (method_ == page_method::mincore) return ask_mincore(from, to, runs);
    for (bool const last_try : {false, true}) {
      if (!descriptor_.is_ours() && !open_file()) {
        lost_ = true;
        return 0;
      }
      auto const next = method_ == page_method::scan ? scan(from, to, runs, tell_files)
                                                     : read_pagemap(from, to, runs);
      if (next != 0 || last_try || failure_ != EBADF) return next;
      // Another thread closed it just now.
      descriptor_.close();
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

  [[nodiscard]] auto open_file() noexcept -> bool {
    int const why = descriptor_.open("/proc/self/pagemap", policy_);
    if (why != 0) why_ = failure_ = why;
    return why == 0;
  }

  [[nodiscard]] auto find(page_method best) noexcept -> page_method {
    page_runs any;
    auto const here = reinterpret_cast<std::uintptr_t>(this) / page_ * page_;
    if (best <= page_method::pagemap && open_file()) {
      if (best == page_method::scan && scan(0, page_, any, true) != 0) return page_method::scan;
      if (best == page_method::scan) why_ = failure_;
      if (read_pagemap(here, here + page_, any) != 0) return page_method::pagemap;
      why_ = failure_;
      descriptor_.close();
    }
    return ask_mincore(here, here + page_, any) != 0 ? page_method::mincore : page_method::none;
  }

  // What a filter says, and a kernel that has no such call, it will say again.
  [[nodiscard]] auto fail(int error) noexcept -> std::uint64_t {
    failure_ = error;
    lost_ = lost_ || error == EPERM || error == EACCES || error == ENOSYS || error == ENOTTY ||
            error == EOPNOTSUPP;
    return 0;
  }

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
      auto const got = ::syscall(SYS_ioctl, descriptor_.number(), scan_request, &arguments);
      if (got >= 0) {
        runs.size = static_cast<std::size_t>(got);
        return arguments.walk_end;
      }
      if (errno == EINTR) continue;
      // Guards are a category from 6.15 on, and look like swap without it.
      if (errno != EINVAL || unwanted_ == page_run::zero) return fail(errno);
      unwanted_ = page_run::zero;
    }
  }

  [[nodiscard]] auto read_pagemap(std::uint64_t from, std::uint64_t to, page_runs& runs) noexcept
      -> std::uint64_t {
    std::uint64_t entries[512];
    auto const pages = (to - from) / page_ < 512 ? (to - from) / page_ : 512;
    auto const got = ::pread(descriptor_.number(), entries, pages * sizeof entries[0],
                             static_cast<::off_t>(from / page_ * sizeof entries[0]));
    // Beyond the end of the address space there is nothing to be read.
    if (got < static_cast<::ssize_t>(sizeof entries[0])) return fail(got < 0 ? errno : EFAULT);
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
    if (::mincore(reinterpret_cast<void*>(from), pages * page_, states) != 0) return fail(errno);
    auto at = from;
    for (std::size_t i = 0; i < pages; ++i) {
      if ((states[i] & 1U) != 0 && !runs.add(at, at + page_, page_run::present)) return at;
      at += page_;
    }
    return at;
  }

  std::uint64_t page_ = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  std::uint64_t unwanted_ = page_run::zero | page_run::guard;
  held_descriptor descriptor_{};
  descriptor_policy policy_ = descriptor_policy::checked;
  int why_ = 0;
  int failure_ = 0;
  bool lost_ = false;
  page_method method_ = page_method::none;
};

}  // namespace memscape::inline v0
