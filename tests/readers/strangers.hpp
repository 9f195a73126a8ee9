// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <string>
#include <vector>

#include "readers/support.hpp"

namespace test_support {

/// A process of many megabytes more than this one, which waits until it is let go: what it is told as is
/// not to be mistaken for what this one is.
class another_process {
 public:
  another_process() noexcept {
    int ready[2];
    if (::pipe(ready) != 0) return;
    process_ = ::fork();
    if (process_ == 0) {
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      mapping more{512 * mebibyte};
      more.touch(0, more.pages() / 8);
      (void)!::write(ready[1], "", 1);
      for (;;) ::pause();
    }
    char byte;
    (void)!::read(ready[0], &byte, 1);
    ::close(ready[0]);
    ::close(ready[1]);
  }
  another_process(another_process const&) = delete;
  auto operator=(another_process const&) -> another_process& = delete;
  ~another_process() {
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

  [[nodiscard]] auto path(char const* file) const -> std::string {
    return "/proc/" + std::to_string(process_) + "/" + file;
  }

 private:
  ::pid_t process_ = -1;
};

/// A file of the program's, which has nothing to do with a reader, and what it was like when it was opened.
struct stranger {
  std::string what{};
  int descriptor = -1;
  int waiting = 0;  // bytes that wait to be read
  ::off_t offset = -1;
  struct stat status{};

  void remember() {
    ::fstat(descriptor, &status);
    ::ioctl(descriptor, FIONREAD, &waiting);
    offset = ::lseek(descriptor, 0, SEEK_CUR);
  }
  /// Whether the number names the same file, of which nothing was read.
  [[nodiscard]] auto is_untouched(int number) const -> bool {
    struct stat now{};
    int bytes = 0;
    if (::fstat(number, &now) != 0 || now.st_dev != status.st_dev || now.st_ino != status.st_ino) {
      return false;
    }
    ::ioctl(number, FIONREAD, &bytes);
    return bytes == waiting && ::lseek(number, 0, SEEK_CUR) == offset;
  }
};

/// Files that parse as what a reader expects, that block, and whose reading takes away what is read.
[[nodiscard]] inline auto strangers(another_process const& other) -> std::vector<stranger> {
  std::vector<stranger> all;
  auto const add = [&all](std::string what, int descriptor) {
    if (descriptor < 0) return;
    all.push_back({.what = std::move(what), .descriptor = descriptor});
  };
  for (auto const* const file : {"statm", "status", "smaps_rollup", "maps", "smaps", "pagemap"}) {
    add("another process's " + std::string{file}, ::open(other.path(file).c_str(), O_RDONLY));
  }
  auto const text = [&add](char const* what, std::string const& of) {
    int const file = static_cast<int>(::syscall(SYS_memfd_create, what, 0));
    (void)!::write(file, of.data(), of.size());
    ::lseek(file, 0, SEEK_SET);
    add(what, file);
  };
  text("a pid file", "12345\n");
  text("MemTotal and MemAvailable", "MemTotal: 77 kB\nMemAvailable: 7 kB\n");
  text("a list of mappings", "00001000-00002000 rw-p 00000000 00:00 0 [heap]\n");
  int ends[2];
  if (::pipe(ends) == 0) {
    add("an empty pipe", ends[0]);
    add("its other end", ends[1]);
  }
  if (::pipe(ends) == 0) {
    (void)!::write(ends[1], "12345\n", 6);
    add("a pipe with data", ends[0]);
    add("its other end", ends[1]);
  }
  if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0) add("an empty socket", ends[0]);
  if (::socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends) == 0) {
    (void)!::write(ends[1], "12345\n", 6);
    add("a socket with a packet", ends[0]);
  }
  add("a counter of events", ::eventfd(0, 0));
  add("the kernel's messages", ::open("/dev/kmsg", O_RDONLY));
  add("a terminal", ::open("/dev/ptmx", O_RDWR | O_NOCTTY));
  for (auto& one : all) one.remember();
  return all;
}

/// The numbers of all open descriptors.
[[nodiscard]] inline auto numbers_in_use() -> std::vector<int> {
  std::vector<int> numbers;
  for (int number = 0; number < 1024; ++number) {
    if (::fcntl(number, F_GETFD) >= 0) numbers.push_back(number);
  }
  return numbers;
}

/// Those of `now` that are not among `before`.
[[nodiscard]] inline auto new_numbers(std::vector<int> const& before) -> std::vector<int> {
  std::vector<int> added;
  for (int const number : numbers_in_use()) {
    bool found = false;
    for (int const old : before) found = found || old == number;
    if (!found) added.push_back(number);
  }
  return added;
}

/// Puts strangers on numbers, and says afterwards whether all of them are untouched.
class occupied {
 public:
  /// The n-th number gets the n-th stranger behind `first`.
  occupied(std::vector<stranger> const& all, std::size_t first, std::vector<int> numbers)
      : all_{&all}, first_{first}, numbers_{std::move(numbers)} {
    for (std::size_t i = 0; i < numbers_.size(); ++i) ::dup2(of(i).descriptor, numbers_[i]);
  }
  occupied(occupied const&) = delete;
  auto operator=(occupied const&) -> occupied& = delete;
  ~occupied() {
    for (int const number : numbers_) ::close(number);
  }

  /// Empty, or the name of the first that was touched.
  [[nodiscard]] auto touched() const -> std::string {
    for (std::size_t i = 0; i < numbers_.size(); ++i) {
      if (!of(i).is_untouched(numbers_[i])) return of(i).what;
    }
    return {};
  }

 private:
  [[nodiscard]] auto of(std::size_t i) const -> stranger const& {
    return (*all_)[(first_ + i) % all_->size()];
  }

  std::vector<stranger> const* all_;
  std::size_t first_;
  std::vector<int> numbers_;
};

/// A test that waits for what never comes ends, and fails.
class no_longer_than {
 public:
  explicit no_longer_than(unsigned seconds) noexcept { ::alarm(seconds); }
  no_longer_than(no_longer_than const&) = delete;
  auto operator=(no_longer_than const&) -> no_longer_than& = delete;
  ~no_longer_than() { ::alarm(0); }
};

}  // namespace test_support
