// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace memscape::inline v0 {

/// Calls `visit(tid)` for each thread of this process that /proc/self/task lists.
/// Errors: the errno of the call that failed, or 0.
/// Cost: open(2), a getdents64(2) for each 40 threads, close(2): about 1 µs a thread; no allocation.
/// Threads: any. Source: proc_pid_task(5), getdents(2).
template <class Visit>
auto each_thread(Visit&& visit) noexcept -> int {
  int const folder = ::open("/proc/self/task", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder < 0) return errno;
  struct entry {
    std::uint64_t inode;
    std::int64_t offset;
    std::uint16_t size;
    unsigned char type;
  };
  constexpr std::size_t name_at = offsetof(entry, type) + 1;
  alignas(entry) char text[1024];
  int why = 0;
  for (;;) {
    auto const got = ::syscall(SYS_getdents64, folder, text, sizeof text);
    if (got < 0) why = errno;
    if (got <= 0) break;
    entry one;
    for (std::size_t at = 0; at < static_cast<std::size_t>(got); at += one.size) {
      std::memcpy(&one, text + at, sizeof one);
      ::pid_t tid = 0;
      for (auto const* c = text + at + name_at; *c >= '0' && *c <= '9'; ++c) {
        tid = tid * 10 + (*c - '0');
      }
      if (tid > 0) visit(tid);
    }
  }
  ::close(folder);
  return why;
}

/// The number of the first thread, which is the process's.
/// Errors: 0, and errno, where getpid(2) is denied and /proc/self does not say it either.
/// Cost: one getpid(2). Source: getpid(2), proc(5).
[[nodiscard]] inline auto first_thread() noexcept -> ::pid_t {
  if (auto const number = ::getpid(); number > 0) return number;
  char text[16];
  auto const got = ::readlink("/proc/self", text, sizeof text);
  ::pid_t number = 0;
  for (::ssize_t i = 0; i < got && text[i] >= '0' && text[i] <= '9'; ++i) {
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/// Where the kernel has this thread's list of robust locks, which the C library registers, or 0.
/// Errors: 0, and errno. Cost: one get_robust_list(2). Source: get_robust_list(2).
[[nodiscard]] inline auto robust_list_of(::pid_t tid) noexcept -> std::uint64_t {
  void* head = nullptr;
  std::size_t size = 0;
  errno = 0;
  if (::syscall(SYS_get_robust_list, tid, &head, &size) != 0) return 0;
  return reinterpret_cast<std::uintptr_t>(head);
}

}  // namespace memscape::inline v0
