// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstring>
#include <string_view>

namespace memscape::inline v0 {

/// A path that is put together without the heap. What does not fit is noticed, and then the path is good
/// for nothing: half a path names another file.
/// Cost: a copy. Threads: a plain value.
class path_text {
 public:
  static constexpr std::size_t capacity = 1023;

  path_text() noexcept { text_[0] = '\0'; }

  void push(char c) noexcept { push(std::string_view{&c, 1}); }
  void push(std::string_view text) noexcept {
    if (text.empty()) return;  // whose pointer may be null, which memcpy does not take
    if (text.size() > capacity - size_) {
      fits_ = false;
      return;
    }
    std::memcpy(text_ + size_, text.data(), text.size());
    resize(size_ + text.size());
  }
  /// Cuts the path to its first `size` bytes.
  void resize(std::size_t size) noexcept {
    size_ = size;
    text_[size_] = '\0';
  }
  [[nodiscard]] auto fits() const noexcept -> bool { return fits_; }
  [[nodiscard]] auto size() const noexcept -> std::size_t { return size_; }
  [[nodiscard]] auto view() const noexcept -> std::string_view { return {text_, size_}; }
  [[nodiscard]] auto c_str() const noexcept -> char const* { return text_; }

 private:
  std::size_t size_ = 0;
  bool fits_ = true;
  char text_[capacity + 1];  // unset behind its end: most paths are short
};

/// `folder`/`file`.
[[nodiscard]] inline auto path_of(std::string_view folder, std::string_view file) noexcept
    -> path_text {
  path_text path;
  path.push(folder);
  path.push('/');
  path.push(file);
  return path;
}

}  // namespace memscape::inline v0
