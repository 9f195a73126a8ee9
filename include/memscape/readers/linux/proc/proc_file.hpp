// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <memscape/readers/linux/fork/held_descriptor.hpp>
#include <memscape/readers/linux/fork/shared_descriptor.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// What one read of a proc file gave: its text, or the call that failed and its errno.
struct proc_text {
  std::string_view text{};
  int open_errno = 0;
  int read_errno = 0;
};

/// A file of /proc/self, read again and again through one held descriptor, as `descriptor_policy` says.
/// What a child of fork(2) reads is its own: see shared_descriptor.
///
/// Errors: the errno of the call that failed. Where no descriptor can be held, or the number of the one that was
/// names another file by now, the file is opened anew.
/// Cost: one pread(2) and one fstat(2), and one page of memory; open(2) and close(2) besides where none is held.
/// Threads: any number may read at once. Do not fork in one thread while another constructs.
/// Source: proc(5).
class proc_file {
 public:
  /// `path` must outlive the object: a literal. Nothing is opened before the first read.
  explicit proc_file(char const* path,
                     descriptor_policy policy = descriptor_policy::checked) noexcept
      : path_{path}, descriptor_{policy} {}

  /// Reads the file from its start into `buffer`, as much as fits.
  [[nodiscard]] auto read(char* buffer, std::size_t size) noexcept -> proc_text {
    return read(path_, buffer, size);
  }

  /// The same of a file whose path the caller keeps. While a descriptor is held the path is not looked
  /// at: `forget` when it changes.
  [[nodiscard]] auto read(char const* path, char* buffer, std::size_t size) noexcept -> proc_text {
    auto const [held, state] = descriptor_.load();
    if (held && held.is_ours()) {
      auto const got = ::pread(held.number(), buffer, size, 0);
      if (got >= 0) return {.text = {buffer, static_cast<std::size_t>(got)}};
      // A group that is gone says ENODEV for ever; and a trusted one may have been closed all the same.
    }
    return open_and_read(path, buffer, size, state);
  }

  /// Lets go of the held descriptor, because what it reads is not this file. The next read opens anew.
  void forget() noexcept { descriptor_.forget(); }

 private:
  [[nodiscard]] auto open_and_read(char const* path, char* buffer, std::size_t size,
                                   std::uint64_t state) noexcept -> proc_text {
    held_descriptor fresh;
    if (int const why = fresh.open(path, descriptor_.policy()); why != 0) {
      return {.open_errno = why};
    }
    auto const got = ::pread(fresh.number(), buffer, size, 0);
    int const read_errno = got < 0 ? errno : 0;
    if (read_errno != 0 || !descriptor_.keep(fresh, state)) ::close(fresh.number());
    if (read_errno != 0) return {.read_errno = read_errno};
    return {.text = {buffer, static_cast<std::size_t>(got)}};
  }

  char const* path_;
  shared_descriptor descriptor_;
};

}  // namespace memscape::inline v0
