// SPDX-License-Identifier: MIT
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <iterator>
#include <memscape/core/process_memory.hpp>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace test_support {

inline constexpr std::size_t mebibyte = std::size_t{1} << 20U;

[[nodiscard]] inline auto page_size() -> std::size_t {
  return static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

/// Private memory of the calling process, not touched yet.
class mapping {
 public:
  explicit mapping(std::size_t size, int flags = MAP_PRIVATE) noexcept
      : memory_{::mmap(nullptr, size, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0)},
        size_{size} {
    // A huge page arrives with one fault and brings its neighbours along.
    ::madvise(memory_, size_, MADV_NOHUGEPAGE);
  }
  mapping(mapping const&) = delete;
  auto operator=(mapping const&) -> mapping& = delete;
  ~mapping() { ::munmap(memory_, size_); }

  [[nodiscard]] auto pages() const noexcept -> std::size_t { return size_ / page_size(); }

  /// Writes to pages [from, to).
  void touch(std::size_t from, std::size_t to) noexcept {
    auto* const bytes = static_cast<char volatile*>(memory_);
    for (auto page = from; page < to; ++page) bytes[page * page_size()] = 1;
  }
  void touch() noexcept { touch(0, pages()); }

 private:
  void* memory_;
  std::size_t size_;
};

[[nodiscard]] inline auto fork_by_libc() -> ::pid_t { return ::fork(); }

/// Without a word to libc or to pthread_atfork handlers.
[[nodiscard]] inline auto fork_by_system_call() -> ::pid_t {
  return static_cast<::pid_t>(::syscall(SYS_clone, SIGCHLD, nullptr, nullptr, nullptr, nullptr));
}

/// A child that is the first in a PID namespace of its own, where its number is 1: only once in a process, and -1
/// where this one may make none.
template <::pid_t (*Fork)() = fork_by_system_call>
[[nodiscard]] auto fork_into_a_pid_namespace() -> ::pid_t {
  return ::unshare(CLONE_NEWPID) == 0 ? Fork() : -1;
}

/// What `work(inner)` returns in a process whose number is 1; with `in_child(…, inner)` it has a child whose
/// number is 1, too. Nothing where this process may make no namespaces.
template <::pid_t (*Fork)() = fork_by_system_call, class Work>
[[nodiscard]] auto as_process_one(Work&& work) {
  constexpr ::pid_t (*fork)() = fork_into_a_pid_namespace<Fork>;
  auto const told = in_child([&] { return in_child([&] { return work(fork); }, fork); });
  return told ? *told : std::nullopt;
}

/// What `work` returns when a child process runs it, or nothing where that process dies. The result
/// comes back through shared memory, so that the child may close every descriptor it has.
template <class Work>
[[nodiscard]] auto in_child(Work&& work, ::pid_t (*fork)() = fork_by_libc) {
  using result = decltype(work());
  static_assert(std::is_trivially_copyable_v<result>);
  void* const shared =
      ::mmap(nullptr, sizeof(result), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  std::optional<result> returned;
  auto const child = fork();
  if (child == 0) {
    ::new (shared) result{work()};
    ::_exit(0);
  }
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    returned = *static_cast<result const*>(shared);
  }
  ::munmap(shared, sizeof(result));
  return returned;
}

/// How many descriptors the process has open.
[[nodiscard]] inline auto open_descriptors() -> int {
  int open = 0;
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    if (::fcntl(descriptor, F_GETFD) >= 0) ++open;
  }
  return open;
}

/// Every open descriptor of statm.
[[nodiscard]] inline auto statm_descriptors() -> std::vector<int> {
  std::vector<int> found;
  for (int descriptor = 0; descriptor < 1024; ++descriptor) {
    char target[256]{};
    auto const link = "/proc/self/fd/" + std::to_string(descriptor);
    auto const length = ::readlink(link.c_str(), target, sizeof target);
    if (length > 0 &&
        std::string_view{target, static_cast<std::size_t>(length)}.ends_with("/statm")) {
      found.push_back(descriptor);
    }
  }
  return found;
}

/// From here on the process may open no further descriptor.
inline void forbid_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

inline void allow_descriptors() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max < 1024 ? limit.rlim_max : 1024;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

/// From here on these system calls of the process fail with this errno. False where the kernel lets
/// nobody filter.
[[nodiscard]] inline auto deny(std::vector<long> const& calls, int error) -> bool {
  std::vector<sock_filter> program;
  program.push_back(BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)));
  for (auto const call : calls) {
    program.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<std::uint32_t>(call), 0, 1));
    program.push_back(
        BPF_STMT(BPF_RET | BPF_K,
                 SECCOMP_RET_ERRNO | (static_cast<std::uint32_t>(error) & SECCOMP_RET_DATA)));
  }
  program.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  sock_fprog const filter{static_cast<unsigned short>(program.size()), program.data()};
  return ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

/// The numbers of statm, read and parsed by libc. Units: bytes.
struct statm_by_libc {
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  std::uint64_t shared = 0;
  std::uint64_t data = 0;

  friend auto operator==(statm_by_libc const&, statm_by_libc const&) noexcept -> bool = default;
};

[[nodiscard]] inline auto read_statm_by_libc() -> statm_by_libc {
  unsigned long pages[7]{};
  if (auto* const file = std::fopen("/proc/self/statm", "re")) {
    auto const fields = std::fscanf(file, "%lu %lu %lu %lu %lu %lu %lu", &pages[0], &pages[1],
                                    &pages[2], &pages[3], &pages[4], &pages[5], &pages[6]);
    std::fclose(file);
    if (fields != 7) return {};
  }
  auto const size = page_size();
  return {pages[0] * size, pages[1] * size, pages[2] * size, pages[5] * size};
}

/// Whether `Test()` holds in a process whose main thread has ended; libc's word on statm, which is then all
/// zeros, is the second witness of that.
template <bool (*Test)()>
[[nodiscard]] auto holds_without_main_thread() -> bool {
  auto const child = ::fork();
  if (child == 0) {
    auto const test = [](void*) -> void* {
      while (read_statm_by_libc().size != 0) ::sched_yield();
      ::_exit(Test() && read_statm_by_libc().size == 0 ? 0 : 1);
    };
    ::pthread_t other;
    if (::pthread_create(&other, nullptr, test, nullptr) != 0) ::_exit(2);
    ::syscall(SYS_exit, 0);  // of this thread alone
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/// Whether the reading holds all that a linux_reader can tell, and no error.
[[nodiscard]] inline auto is_whole(memscape::process_memory const& memory) -> bool {
  return memory.rss && memory.rss->value() > 0 && memory.vms && memory.shared && memory.data &&
         memory.peak_rss && memory.page_faults_minor && memory.page_faults_major &&
         memory.errors.empty();
}

/// Whether the part of statm is absent for this reason alone, and the part of getrusage is there.
[[nodiscard]] inline auto lacks_statm(memscape::process_memory const& memory,
                                      memscape::read_step step, int code) -> bool {
  return !memory.rss && !memory.vms && !memory.shared && !memory.data && memory.page_faults_minor &&
         memory.page_faults_major && memory.errors.size() == 1 &&
         *memory.errors.begin() == memscape::read_error{step, code};
}

/// By how much the RSS of one reading is above that of another. Units: bytes.
[[nodiscard]] inline auto growth(memscape::process_memory const& from,
                                 memscape::process_memory const& to) -> std::int64_t {
  if (!from.rss || !to.rss) return INT64_MIN;
  return static_cast<std::int64_t>(to.rss->value()) - static_cast<std::int64_t>(from.rss->value());
}

/// How much of `size` freshly touched bytes a reading must show: the kernel may take other pages away
/// meanwhile.
[[nodiscard]] inline auto most_of(std::size_t size) -> std::int64_t {
  return static_cast<std::int64_t>(size / 4 * 3);
}

}  // namespace test_support
