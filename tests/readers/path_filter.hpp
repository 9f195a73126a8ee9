// SPDX-License-Identifier: MIT
#pragma once

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <thread>

namespace test_support {

/// Denies openat(2) of every path with a given end to the thread that asks for it, for good: the kernel asks a
/// thread of this process, which sees the path. Only for a child that ends soon.
class path_filter {
 public:
  path_filter(std::string end, int error) : end_{std::move(end)}, error_{error} {
    std::thread{[this] { answer(); }}.detach();
  }

  /// From here on it holds. False where the kernel lets nobody filter so.
  [[nodiscard]] auto begin() -> bool {
    sock_filter program[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    sock_fprog const filter{4, program};
    if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
    auto const listener =
        ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
    listener_.store(static_cast<int>(listener));
    return listener >= 0;
  }

 private:
  void answer() {
    while (listener_.load() == -2) std::this_thread::yield();
    for (;;) {
      seccomp_notif asked{};
      if (::ioctl(listener_.load(), SECCOMP_IOCTL_NOTIF_RECV, &asked) != 0) {
        if (errno == EINTR) continue;
        return;
      }
      std::string_view const path{reinterpret_cast<char const*>(asked.data.args[1])};
      seccomp_notif_resp answer{};
      answer.id = asked.id;
      if (path.ends_with(end_)) {
        answer.error = -error_;
      } else {
        answer.flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE;
      }
      ::ioctl(listener_.load(), SECCOMP_IOCTL_NOTIF_SEND, &answer);
    }
  }

  std::string end_;
  int error_;
  std::atomic<int> listener_{-2};
};

}  // namespace test_support
