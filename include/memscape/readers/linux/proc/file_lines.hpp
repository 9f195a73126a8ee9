// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// The lines of a file of any length, once, through a buffer on the stack. A line longer than the buffer
/// is left out whole, and so is a last one without a newline.
/// Errors: the errno of the call that failed. Cost: open(2), a read(2) each 4 KiB, close(2).
/// Threads: one at a time.
class file_lines {
 public:
  explicit file_lines(char const* path) noexcept
      : descriptor_{::open(path, O_RDONLY | O_CLOEXEC)}, open_errno_{descriptor_ < 0 ? errno : 0} {}
  file_lines(file_lines&&) = delete;
  auto operator=(file_lines&&) -> file_lines& = delete;
  ~file_lines() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }

  /// The next line, without its newline; it stands until the next call. Absent at the end, and when a
  /// call failed.
  [[nodiscard]] auto next() noexcept -> std::optional<std::string_view> {
    for (;;) {
      auto const rest = std::string_view{buffer_ + begin_, end_ - begin_};
      auto const newline = rest.find('\n');
      if (newline != std::string_view::npos) {
        begin_ += newline + 1;
        if (!too_long_) return rest.substr(0, newline);
        too_long_ = false;
        continue;
      }
      if (!refill()) return std::nullopt;
    }
  }

  [[nodiscard]] auto open_errno() const noexcept -> int { return open_errno_; }
  [[nodiscard]] auto read_errno() const noexcept -> int { return read_errno_; }

 private:
  // What is left of a line moves to the front.
  [[nodiscard]] auto refill() noexcept -> bool {
    if (descriptor_ < 0) return false;
    if (begin_ == 0 && end_ == sizeof buffer_) {
      too_long_ = true;
      end_ = 0;
    }
    std::memmove(buffer_, buffer_ + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
    ::ssize_t got = 0;
    do {
      got = ::read(descriptor_, buffer_ + end_, sizeof buffer_ - end_);
    } while (got < 0 && errno == EINTR);
    if (got < 0) read_errno_ = errno;
    if (got > 0) end_ += static_cast<std::size_t>(got);
    return got > 0;
  }

  int descriptor_;
  int open_errno_;
  int read_errno_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  bool too_long_ = false;
  char buffer_[4096];
};

}  // namespace memscape::inline v0
