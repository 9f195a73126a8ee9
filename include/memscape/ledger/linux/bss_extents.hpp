// SPDX-License-Identifier: MIT
#pragma once

#include <elf.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/mapping.hpp>
#include <memscape/ledger/linux/own_memory.hpp>
#include <memscape/ledger/quality.hpp>

namespace memscape::inline v0 {

/// Where the zeroed data of programs and libraries lies: behind the file's part of each writable segment, as
/// far as its `p_memsz` says. What is anonymous beyond that end is somebody else's, although the kernel may
/// have merged it with the zeroed data to one mapping.
/// The headers are read from memory, of the image that lies below an anonymous mapping, once.
/// Errors: an image whose headers are not mapped, or not of 64 bits, has no extents. `why()` is the errno
/// where memory may not be read at all.
/// Cost: one read of memory for each image; no allocation, under 1 KiB of memory. Threads: one at a time.
/// Source: elf(5); fs/binfmt_elf.c of Linux; glibc elf/dl-map-segments.h.
template <class Read = own_memory>
class bss_extents {
 public:
  explicit bss_extents(std::uint64_t page_size, Read read = {}) noexcept
      : page_{page_size}, read_{read} {}

  /// Begins anew, at the lowest address.
  void restart() noexcept {
    image_ = {};
    pieces_count_ = extents_count_ = 0;
    why_ = 0;
  }

  /// Goes on to the next mapping, in the order of addresses.
  void enter(mapping const& next) noexcept {
    auto* const kept = std::remove_if(extents_.begin(), extents_.begin() + extents_count_,
                                      [&](extent const& one) { return one.end <= next.begin; });
    extents_count_ = static_cast<std::size_t>(kept - extents_.begin());
    if (next.shared) return;
    if (next.kind == mapping_kind::file || next.kind == mapping_kind::shmem) {
      add_piece(next);
    } else if (is_new_ && may_hold(next.kind) && is_image()) {
      is_new_ = false;
      learn();
    }
  }

  /// Whether memory of this kind can be zeroed data. The program break begins where the program's ends.
  [[nodiscard]] static constexpr auto may_hold(mapping_kind kind) noexcept -> bool {
    return kind == mapping_kind::anonymous || kind == mapping_kind::heap;
  }

  struct piece {
    bool inside = false;      ///< it is zeroed data
    std::uint64_t until = 0;  ///< and that does not change up to here
  };

  /// Whether zeroed data lies at `at`, in the mapping that was entered last.
  [[nodiscard]] auto at(std::uint64_t at) const noexcept -> piece {
    piece found{false, UINT64_MAX};
    for (std::size_t i = 0; i < extents_count_; ++i) {
      auto const& one = extents_[i];
      if (one.begin <= at && at < one.end) return {true, one.end};
      if (one.begin > at) found.until = (std::min)(found.until, one.begin);
    }
    return found;
  }

  /// Tells where zeroed data is not known.
  template <class Ledger>
  void finish(Ledger& into) const noexcept {
    if (why_ == 0) return;
    into.faults.add(ledger_fault_kind::bss, why_);
    into.causes[static_cast<std::size_t>(cause::bss)].worth = quality::unavailable;
  }

  /// errno where the headers could not be read because the system call is denied.
  [[nodiscard]] auto why() const noexcept -> int { return why_; }

 private:
  struct extent {
    std::uint64_t begin = 0, end = 0;
  };
  struct file_piece {
    std::uint64_t begin = 0, end = 0, offset = 0;
    bool writable = false, executable = false;
  };

  void add_piece(mapping const& next) noexcept {
    bool const same = next.device == image_.device && next.inode == image_.inode;
    // An image that is mapped twice begins again.
    if (next.offset == 0 || !same) {
      image_ = {next.begin, next.end, next.device, next.inode, next.readable && next.offset == 0};
      pieces_count_ = 0;
    }
    if (pieces_count_ == pieces_.size()) {
      std::copy(pieces_.begin() + 1, pieces_.end(), pieces_.begin());
      --pieces_count_;
    }
    pieces_[pieces_count_++] = {next.begin, next.end, next.offset, next.writable, next.executable};
    is_new_ = true;
  }

  // Data files are not read: a page of theirs may be far away.
  [[nodiscard]] auto is_image() const noexcept -> bool {
    return image_.readable && (pieces_count_ > 1 || pieces_[0].executable);
  }

  void learn() noexcept {
    constexpr std::size_t most_segments = 64;
    unsigned char text[1024];
    auto const size = (std::min<std::uint64_t>)(sizeof text, image_.end - image_.begin);
    if (!read(image_.begin, text, size)) return;
    Elf64_Ehdr header;
    std::memcpy(&header, text, sizeof header);
    bool const good = std::memcmp(header.e_ident, ELFMAG, SELFMAG) == 0 &&
                      header.e_ident[EI_CLASS] == ELFCLASS64 &&
                      header.e_phentsize == sizeof(Elf64_Phdr) && header.e_phnum <= most_segments;
    if (!good) return;
    auto const segment = [&](std::size_t i, Elf64_Phdr& into) noexcept {
      auto const at = header.e_phoff + i * sizeof into;
      if (at > image_.end - image_.begin - sizeof into) return false;
      if (at + sizeof into > size) return read(image_.begin + at, &into, sizeof into);
      std::memcpy(&into, text + at, sizeof into);
      return true;
    };
    Elf64_Phdr one;
    for (std::size_t i = 0; i < header.e_phnum; ++i) {
      if (!segment(i, one) || one.p_type != PT_LOAD || one.p_offset >= page_) continue;
      auto const bias = image_.begin - one.p_vaddr / page_ * page_;
      for (std::size_t j = 0; j < header.e_phnum; ++j) {
        if (segment(j, one) && one.p_type == PT_LOAD) add_extent(bias, one);
      }
      return;
    }
  }

  void add_extent(std::uint64_t bias, Elf64_Phdr const& of) noexcept {
    if ((of.p_flags & PF_W) == 0 || of.p_memsz <= of.p_filesz || !is_placed(bias, of)) return;
    auto const begin = (bias + of.p_vaddr + of.p_filesz) / page_ * page_;
    auto const end = (bias + of.p_vaddr + of.p_memsz + page_ - 1) / page_ * page_;
    if (begin >= end) return;
    for (std::size_t i = 0; i < extents_count_; ++i) {
      if (extents_[i].begin == begin) return;
    }
    if (extents_count_ < extents_.size()) extents_[extents_count_++] = {begin, end};
  }

  // A program may map its own file to read it, flat and not as a loader does: segments are elsewhere then.
  [[nodiscard]] auto is_placed(std::uint64_t bias, Elf64_Phdr const& of) const noexcept -> bool {
    if (of.p_filesz == 0) return pieces_count_ > 1;
    auto const last = (bias + of.p_vaddr + of.p_filesz - 1) / page_ * page_;
    auto const offset = (of.p_offset + of.p_filesz - 1) / page_ * page_;
    for (std::size_t i = 0; i < pieces_count_; ++i) {
      auto const& one = pieces_[i];
      if (one.begin > last || last >= one.end) continue;
      return one.offset + (last - one.begin) == offset && (one.writable || pieces_count_ > 1);
    }
    return false;
  }

  [[nodiscard]] auto read(std::uint64_t from, void* into, std::size_t size) noexcept -> bool {
    errno = 0;
    if (read_(from, into, size)) return true;
    if (errno != EFAULT && errno != 0) why_ = errno;
    return false;
  }

  std::uint64_t page_;
  Read read_;
  struct {
    std::uint64_t begin = 0, end = 0, device = 0, inode = 0;
    bool readable = false;
  } image_{};  // the file that was mapped last, where its first page is
  std::array<file_piece, 8> pieces_{};
  std::size_t pieces_count_ = 0;
  std::array<extent, 16> extents_{};
  std::size_t extents_count_ = 0;
  int why_ = 0;
  bool is_new_ = false;  // a piece came since the headers were read
};

}  // namespace memscape::inline v0
