// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/walk/clipped_name.hpp>

namespace memscape::inline v0 {

/// What the pages of one file hold, in sum and by the kind of page.
struct file_account {
  clipped_name<96> path{};
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  bytes resident{};
  bytes text{};
  bytes rodata{};
  bytes data{};

  [[nodiscard]] auto is_same(file_account const& other) const noexcept -> bool {
    return inode == other.inode && device == other.device && path == other.path;
  }
  void add(file_account const& other) noexcept {
    resident += other.resident;
    text += other.text;
    rodata += other.rodata;
    data += other.data;
  }
};

/// Which part of a file's memory has this cause; null where none has.
[[nodiscard]] constexpr auto file_part_of(cause of) noexcept -> bytes file_account::* {
  return of == cause::file_text     ? &file_account::text
         : of == cause::file_rodata ? &file_account::rodata
         : of == cause::file_data   ? &file_account::data
                                    : nullptr;
}

/// What memory of one name holds.
struct name_account {
  clipped_name<96> name{};
  bytes resident{};
  bytes swapped{};  ///< as far as the cause's is known

  [[nodiscard]] auto is_same(name_account const& other) const noexcept -> bool {
    return name == other.name;
  }
  void add(name_account const& other) noexcept {
    resident += other.resident;
    swapped += other.swapped;
  }
};

/// An anonymous mapping, and what `anonymous` finds in it.
struct mapping_account {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
  bytes resident{};

  [[nodiscard]] auto is_same(mapping_account const& other) const noexcept -> bool {
    return begin == other.begin;
  }
  void add(mapping_account const& other) noexcept { resident += other.resident; }
};

}  // namespace memscape::inline v0
