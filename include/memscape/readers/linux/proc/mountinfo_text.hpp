// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/readers/linux/proc/proc_lines.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One line of /proc/[pid]/mountinfo, as far as it matters to cgroups. Paths are escaped: see
/// `next_unescaped`. Source: proc(5).
struct mountinfo_line {
  std::uint64_t id = 0;
  std::uint64_t parent =
      0;  ///< the id of the mount on which it is mounted, which need not be listed
  std::uint64_t major_number = 0;  ///< of the device that stat(2) tells of files there
  std::uint64_t minor_number = 0;
  std::string_view root{};         ///< what of the file system is mounted
  std::string_view mount_point{};  ///< where
  std::string_view type{};
  std::string_view options{};  ///< the file system's own, which for cgroup name the controllers

  /// The device as stat(2) has it, in st_dev; makedev(3) is a macro that would come with `major`.
  [[nodiscard]] constexpr auto device() const noexcept -> std::uint64_t {
    return (major_number & 0xFFFU) << 8U | (major_number & 0xFFFF'F000U) << 32U |
           (minor_number & 0xFFU) | (minor_number & 0xFFFF'FF00U) << 12U;
  }
  /// Whether the file system has this option.
  [[nodiscard]] constexpr auto has_option(std::string_view wanted) const noexcept -> bool {
    return has_word(options, wanted);
  }
};

/// Takes the word before the next space off `text`; empty where there is none.
[[nodiscard]] constexpr auto take_word(std::string_view& text) noexcept -> std::string_view {
  auto const space = text.find(' ');
  auto const word = text.substr(0, space);
  text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
  return word;
}

/// Parses such a line, without its newline: id, parent, device, root, mount point, options, any number
/// of tags, a hyphen, type, source, options of the file system.
[[nodiscard]] constexpr auto parse_mountinfo_line(std::string_view line) noexcept
    -> std::optional<mountinfo_line> {
  auto const id = take_number(line);
  if (!id || !take_prefix(line, " ")) return std::nullopt;
  auto const parent = take_number(line);
  if (!parent || !take_prefix(line, " ")) return std::nullopt;
  auto const major_number = take_number(line);
  if (!major_number || !take_prefix(line, ":")) return std::nullopt;
  auto const minor_number = take_number(line);
  if (!minor_number || !take_prefix(line, " ")) return std::nullopt;
  mountinfo_line parsed{*id, *parent, *major_number, *minor_number, {}, {}, {}, {}};
  parsed.root = take_word(line);
  parsed.mount_point = take_word(line);
  if (!parsed.root.starts_with('/') || !parsed.mount_point.starts_with('/')) return std::nullopt;
  if (take_word(line).empty()) return std::nullopt;
  for (auto tag = take_word(line); tag != "-"; tag = take_word(line)) {
    if (tag.empty()) return std::nullopt;
  }
  parsed.type = take_word(line);
  // The source may be empty, which leaves two spaces.
  static_cast<void>(take_word(line));
  parsed.options = line;
  if (parsed.type.empty() || parsed.options.empty()) return std::nullopt;
  return parsed;
}

/// Takes the next character of an escaped path off `text`: the kernel writes a space, a tab, a newline
/// and a backslash as `\` and three octal digits. `text` must not be empty.
[[nodiscard]] constexpr auto next_unescaped(std::string_view& text) noexcept -> char {
  auto const is_octal = [](char c) { return c >= '0' && c <= '7'; };
  char next = text.front();
  std::size_t length = 1;
  if (next == '\\' && text.size() >= 4 && text[1] <= '3' && is_octal(text[1]) &&
      is_octal(text[2]) && is_octal(text[3])) {
    next = static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
    length = 4;
  }
  text.remove_prefix(length);
  return next;
}

}  // namespace memscape::inline v0
