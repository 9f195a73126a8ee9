// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace memscape::inline v0 {

/// How the descriptors of files that are read again and again are kept between two calls.
enum class descriptor_policy : std::uint8_t {
  /// Kept, and compared with what was opened before each use and before each close: the number of one
  /// that the program closed may name another file by then. One fstat(2) a use, about 0.2 µs.
  checked,
  /// Kept, and used as it is: for programs that close only what they opened.
  trusted,
  /// Not kept: each call opens and closes its files. A read of statm takes five times as long.
  per_call,
};

/// A descriptor that knows which file it was opened for, by device and inode. It is a plain value, which
/// closes nothing by itself.
///
/// A program that closes what it did not open, as daemons do with close_range(2), frees the number for the
/// next file that it opens. So whoever holds one asks `is_ours` before each read. The number is compared, and
/// then used: a thread that closes it in between is not seen.
/// Errors: where fstat(2) fails the file is not known again, and `end_call` closes it; so it does where
/// fcntl(2) is denied.
/// Cost: open(2), fstat(2) and fcntl(2) to open. Threads: a plain value. Source: fstat(2), open(2).
class held_descriptor {
 public:
  constexpr held_descriptor() noexcept = default;
  /// One that was put away: its number, the device and inode of its file.
  constexpr held_descriptor(int number, std::uint64_t device, std::uint64_t inode,
                            descriptor_policy policy) noexcept
      : number_{number}, policy_{policy}, device_{device}, inode_{inode} {}

  /// Opens the file for reading; what was held is forgotten. The errno of open(2), or 0.
  auto open(char const* path, descriptor_policy policy) noexcept -> int {
    *this = {};
    // A FIFO that stands in the file's place does not block; and it tells this descriptor from one that
    // the program opened of the same file.
    number_ = ::open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (number_ < 0) return errno;
    policy_ = policy;
    if (policy == descriptor_policy::per_call) return 0;
    struct stat status;
    if (::fstat(number_, &status) != 0) return 0;
    // Where fcntl(2) is denied it could not be told from the program's when it is closed.
    if (!was_opened_here()) {
      policy_ = descriptor_policy::per_call;
      return 0;
    }
    device_ = status.st_dev;
    inode_ = status.st_ino;
    return 0;
  }

  [[nodiscard]] explicit operator bool() const noexcept { return number_ >= 0; }
  [[nodiscard]] auto number() const noexcept -> int { return number_; }
  [[nodiscard]] auto device() const noexcept -> std::uint64_t { return device_; }
  [[nodiscard]] auto inode() const noexcept -> std::uint64_t { return inode_; }

  /// Whether the number names the file that was opened. One that cannot be known again is taken as it is:
  /// it does not outlive the call that opened it.
  [[nodiscard]] auto is_ours() const noexcept -> bool {
    if (policy_ != descriptor_policy::checked || !is_known()) return number_ >= 0;
    return names_the_file();
  }

  /// Whether a later call may use it.
  [[nodiscard]] auto can_be_kept() const noexcept -> bool {
    return policy_ == descriptor_policy::trusted ||
           (policy_ == descriptor_policy::checked && is_known());
  }

  /// Closes one that a later call may not use, in the call that opened it.
  void end_call() noexcept {
    if (number_ < 0 || can_be_kept()) return;
    ::close(number_);
    *this = {};
  }

  /// Closes what is ours; what is not stays open. Either is forgotten.
  void close() noexcept {
    if (number_ >= 0 && (!is_known() || (names_the_file() && was_opened_here()))) {
      ::close(number_);
    }
    *this = {};
  }

 private:
  // No file has inode 0.
  [[nodiscard]] auto is_known() const noexcept -> bool { return inode_ != 0; }

  [[nodiscard]] auto names_the_file() const noexcept -> bool {
    struct stat status;
    return ::fstat(number_, &status) == 0 && status.st_dev == device_ && status.st_ino == inode_;
  }

  [[nodiscard]] auto was_opened_here() const noexcept -> bool {
    int const flags = ::fcntl(number_, F_GETFL);
    return flags >= 0 && (flags & O_NONBLOCK) != 0;
  }

  int number_ = -1;
  descriptor_policy policy_ = descriptor_policy::checked;
  std::uint64_t device_ = 0;
  std::uint64_t inode_ = 0;
};

}  // namespace memscape::inline v0
