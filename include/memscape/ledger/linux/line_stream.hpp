// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Cuts what arrives in pieces into lines, in a buffer of fixed size. A line longer than the buffer is
/// given by its beginning; its end is read past.
///
///     while (auto const line = stream.next(read)) …      // read(char*, size_t) -> ssize_t, as read(2)
///
/// Errors: a read that fails ends the stream, and `failed()` says so; `read` keeps its reason.
/// Cost: one pass over the text; no allocation. Threads: one at a time.
template <std::size_t Size>
class line_stream {
  static_assert(Size >= 256, "memscape: give line_stream room for the numbers of a mapping.");

 public:
  /// The next line without its newline, or nothing at the end. It is valid until the next call.
  template <class Read>
  [[nodiscard]] auto next(Read&& read) noexcept -> std::optional<std::string_view> {
    for (;;) {
      auto const* const start = buffer_.data() + begin_;
      if (auto const* const newline =
              static_cast<char const*>(std::memchr(start + seen_, '\n', end_ - begin_ - seen_))) {
        auto const length = static_cast<std::size_t>(newline - start);
        begin_ += length + 1;
        seen_ = 0;
        if (!skipping_) return std::string_view{start, length};
        skipping_ = false;
        continue;
      }
      seen_ = end_ - begin_;
      if (skipping_) begin_ = end_ = seen_ = 0;
      if (seen_ == Size) {
        skipping_ = true;
        begin_ = end_ = seen_ = 0;
        return std::string_view{buffer_.data(), Size};
      }
      if (at_end_ || !fill(read)) return rest();
    }
  }

  /// Whether a read failed, so that the end is not the file's.
  [[nodiscard]] auto failed() const noexcept -> bool { return failed_; }

  /// Begins anew, with another text.
  void reset() noexcept {
    begin_ = end_ = seen_ = 0;
    skipping_ = at_end_ = failed_ = false;
  }

 private:
  template <class Read>
  [[nodiscard]] auto fill(Read&& read) noexcept -> bool {
    if (begin_ != 0) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, seen_);
      begin_ = 0;
      end_ = seen_;
    }
    auto const got = read(buffer_.data() + end_, Size - end_);
    if (got > 0) {
      end_ += static_cast<std::size_t>(got);
      return true;
    }
    failed_ = got < 0;
    at_end_ = true;
    return false;
  }

  // What stands behind the last newline. The kernel ends each line, but a text that was cut has some.
  [[nodiscard]] auto rest() noexcept -> std::optional<std::string_view> {
    if (begin_ == end_ || failed_) return std::nullopt;
    std::string_view const line{buffer_.data() + begin_, end_ - begin_};
    begin_ = end_ = seen_ = 0;
    return line;
  }

  std::array<char, Size> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t seen_ = 0;  // bytes behind begin_ that hold no newline
  bool skipping_ = false;
  bool at_end_ = false;
  bool failed_ = false;
};

}  // namespace memscape::inline v0
