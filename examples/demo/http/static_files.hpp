// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace demo::http {

/// A file descriptor with an owner.
class descriptor {
 public:
  descriptor() = default;
  explicit descriptor(int number) noexcept : number_{number} {}
  descriptor(descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
  auto operator=(descriptor&& other) noexcept -> descriptor& {
    std::swap(number_, other.number_);
    return *this;
  }
  ~descriptor();

  explicit operator bool() const noexcept { return number_ >= 0; }
  [[nodiscard]] auto get() const noexcept -> int { return number_; }

 private:
  int number_ = -1;
};

/// An open file of the folder, and what a response says of it.
struct static_file {
  descriptor open;
  std::uint64_t size = 0;
  std::string_view content_type;
  std::array<char, 40> tag_text{};
  std::size_t tag_size = 0;

  /// The ETag, quotes included. It changes with the file's size or time of change.
  [[nodiscard]] auto tag() const noexcept -> std::string_view {
    return {tag_text.data(), tag_size};
  }
};

/// A folder whose files are served as they are at the moment of the request. Each component of a name is
/// opened by itself and without following links, so no name leads out of the folder.
class static_files {
 public:
  static constexpr std::uint64_t max_file_size = 8 << 20;

  /// Throws std::runtime_error with a sentence when the folder cannot be opened.
  explicit static_files(std::string const& folder);

  /// `name` comes from `file_below`; "" is index.html. Empty when there is no such regular file.
  [[nodiscard]] auto open(std::string_view name) const noexcept -> std::optional<static_file>;

 private:
  descriptor folder_;
};

}  // namespace demo::http
