// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/readers/linux/proc/statm.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One entry of /proc/self/smaps: a mapping, and what the kernel counted in it.
struct smaps_entry {
  mapping map{};
  bytes rss{};
  bytes swap{};
  bytes anonymous{};                 ///< of rss, what belongs to no file and is not shared
  std::optional<bytes> lazy_free{};  ///< given back with MADV_FREE, and still in RSS; Linux 4.12
  bytes huge{};                      ///< in transparent huge pages, shared memory's and files' too
  bytes hugetlb{};                   ///< in reserved huge pages, which are not in RSS
};

/// Puts the lines of smaps together to entries.
///
///     while (auto const line = stream.next(read)) {
///       if (auto const* const entry = reader.feed(*line)) use(*entry);
///     }
///     if (auto const* const last = reader.finish()) use(*last);
///
/// Errors: a line that is neither a mapping nor a field is dropped, and counted in `strange()`.
/// Cost: under 2 µs an entry of 25 lines, no allocation.
/// Source: proc(5); Documentation/filesystems/proc.rst of Linux.
class smaps_reader {
 public:
  /// The entry that this line ends, by beginning the next; it is valid until the next call.
  [[nodiscard]] auto feed(std::string_view line) noexcept -> smaps_entry const* {
    if (line.empty()) return strange_line();
    // Fields begin with a capital, addresses are lower case.
    if (line.front() >= 'A' && line.front() <= 'Z') {
      if (!open_) return strange_line();
      field(line);
      return nullptr;
    }
    auto const map = parse_mapping(line);
    if (!map) return strange_line();
    auto const* const ended = finish();
    next_.map = *map;
    open_ = true;
    return ended;
  }

  /// The last entry, at the end of the text.
  [[nodiscard]] auto finish() noexcept -> smaps_entry const* {
    bool const was_open = open_;
    done_ = next_;
    next_ = {};
    open_ = false;
    return was_open ? &done_ : nullptr;
  }

  [[nodiscard]] auto strange() const noexcept -> std::uint64_t { return strange_; }

 private:
  auto strange_line() noexcept -> smaps_entry const* {
    ++strange_;
    return nullptr;
  }

  void field(std::string_view line) noexcept {
    switch (line.front()) {
      case 'R': add(line, "Rss:", next_.rss); break;
      case 'S':
        if (!add(line, "Swap:", next_.swap) && !add(line, "Shared_Hugetlb:", next_.hugetlb)) {
          add(line, "ShmemPmdMapped:", next_.huge);
        }
        break;
      case 'F': add(line, "FilePmdMapped:", next_.huge); break;
      case 'L': add(line, "LazyFree:", next_.lazy_free); break;
      case 'A':
        if (!add(line, "AnonHugePages:", next_.huge)) add(line, "Anonymous:", next_.anonymous);
        break;
      case 'P': add(line, "Private_Hugetlb:", next_.hugetlb); break;
      default: break;
    }
  }

  // Into a field that is there, or that is there from now on.
  template <class Amount>
  static auto add(std::string_view line, std::string_view key, Amount& into) noexcept -> bool {
    if (!line.starts_with(key)) return false;
    line.remove_prefix(key.size());
    while (line.starts_with(' ')) line.remove_prefix(1);
    if (auto const kib = take_number(line)) {
      into = std::optional<bytes>{into}.value_or(bytes{}) + bytes{1024} * *kib;
    }
    return true;
  }

  smaps_entry next_{};
  smaps_entry done_{};
  bool open_ = false;
  std::uint64_t strange_ = 0;
};

}  // namespace memscape::inline v0
