// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/readers/atomic_word.hpp>
#include <memscape/readers/wiped_word.hpp>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// What one read of a proc file gave: its text, or the call that failed and its errno.
struct proc_text {
  std::string_view text{};
  int open_errno = 0;
  int read_errno = 0;
};

/// A file of /proc/self, read again and again through one held descriptor.
///
/// Such a descriptor names the process that opened it: across fork(2) it goes on to tell the parent's
/// numbers. So it is kept in a word that the kernel wipes in the child (wiped_word): a child finds none
/// there and opens its own. Where there is no such word, getpid(2) is asked each time. A child that
/// shares the parent's memory (vfork) has the parent's numbers too, and so rightly its descriptor.
///
/// Errors: the errno of the call that failed. Where no descriptor can be held, each read opens the file.
/// Cost: one pread(2), and one page of memory; open(2) and close(2) besides where none is held.
/// Threads: any number may read at once. Do not fork in one thread while another constructs.
/// Source: proc(5), madvise(2).
class proc_file {
 public:
  /// `path` must outlive the object: a literal. Nothing is opened before the first read.
  explicit proc_file(char const* path, bool hold = true) noexcept
      : path_{path}, hold_{hold}, wiped_on_fork_{hold} {}

  proc_file(proc_file&& other) noexcept
      : path_{other.path_},
        hold_{other.hold_},
        wiped_on_fork_{std::move(other.wiped_on_fork_)},
        own_{other.own_.exchange(none)},
        opened_{other.opened_.exchange(none)},
        opened_inode_{other.opened_inode_.load()} {}
  auto operator=(proc_file&&) -> proc_file& = delete;

  ~proc_file() { close_if_ours(opened_.load(), opened_inode_.load()); }

  /// Reads the file from its start into `buffer`, as much as fits.
  [[nodiscard]] auto read(char* buffer, std::size_t size) noexcept -> proc_text {
    return read(path_, buffer, size);
  }

  /// The same of a file whose path the caller keeps. While a descriptor is held the path is not looked
  /// at: `forget` when it changes.
  [[nodiscard]] auto read(char const* path, char* buffer, std::size_t size) noexcept -> proc_text {
    auto const held = held_cell().load();
    if (held != none && belongs_here(held)) {
      auto const got = ::pread(descriptor_in(held), buffer, size, 0);
      if (got >= 0) return {.text = {buffer, static_cast<std::size_t>(got)}};
      // The program closed what was not its own, as daemons do: EBADF, or whatever a read of the file
      // gives that now has this number (ESPIPE of a socket). If it is our file, opening it fails too.
    }
    return open_and_read(path, buffer, size, held);
  }

  /// Lets go of the held descriptor, because what it reads is not this file: the program closed it and
  /// its number now names another. The next read opens anew.
  void forget() noexcept { held_cell().store(none); }

 private:
  // The process id in the upper half, descriptor + 1 in the lower.
  using cell = atomic_word;
  static constexpr std::uint64_t none = 0;

  [[nodiscard]] static auto pack(int descriptor) noexcept -> std::uint64_t {
    return std::uint64_t{static_cast<std::uint32_t>(::getpid())} << 32U |
           (static_cast<std::uint32_t>(descriptor) + 1U);
  }
  [[nodiscard]] static auto descriptor_in(std::uint64_t held) noexcept -> int {
    return static_cast<int>(static_cast<std::uint32_t>(held) - 1U);
  }
  [[nodiscard]] auto belongs_here(std::uint64_t held) const noexcept -> bool {
    return wiped_on_fork_ || held >> 32U == static_cast<std::uint32_t>(::getpid());
  }
  [[nodiscard]] auto held_cell() noexcept -> cell& {
    return wiped_on_fork_ ? *wiped_on_fork_ : own_;
  }

  [[nodiscard]] auto open_and_read(char const* path, char* buffer, std::size_t size,
                                   std::uint64_t stale) noexcept -> proc_text {
    int const descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return {.open_errno = errno};
    auto const got = ::pread(descriptor, buffer, size, 0);
    int const read_errno = got < 0 ? errno : 0;
    if (!hold_ || read_errno != 0 || !keep(descriptor, stale)) ::close(descriptor);
    if (read_errno != 0) return {.read_errno = read_errno};
    return {.text = {buffer, static_cast<std::size_t>(got)}};
  }

  // False when another thread kept one first: the caller's is then one too many.
  [[nodiscard]] auto keep(int descriptor, std::uint64_t stale) noexcept -> bool {
    struct stat status{};
    if (::fstat(descriptor, &status) != 0) return false;
    auto const mine = pack(descriptor);
    if (!held_cell().replace(stale, mine)) return false;
    // What fork copied from the parent is open here too and must not leak.
    auto const old_inode = opened_inode_.exchange(inode_of(status));
    auto const old = opened_.exchange(mine);
    if (old != none && descriptor_in(old) != descriptor) close_if_ours(old, old_inode);
    return true;
  }

  // With the device, because file systems number their inodes on their own.
  [[nodiscard]] static auto inode_of(struct stat const& status) noexcept -> std::uint64_t {
    return status.st_ino ^ (std::uint64_t{status.st_dev} << 32U);
  }

  // By now the number may name a file of the program's; procfs gives each open file's inode once.
  static void close_if_ours(std::uint64_t held, std::uint64_t inode) noexcept {
    if (held == none) return;
    struct stat status{};
    if (::fstat(descriptor_in(held), &status) == 0 && inode_of(status) == inode) {
      ::close(descriptor_in(held));
    }
  }

  char const* path_;
  bool hold_;
  wiped_word wiped_on_fork_;
  cell own_{};     // holds the descriptor where no page can be wiped
  cell opened_{};  // what the destructor closes: memory that fork copies
  cell opened_inode_{};
};

}  // namespace memscape::inline v0
