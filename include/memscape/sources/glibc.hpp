// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/figures.hpp>
#include <memscape/sources/allocator/symbol.hpp>

namespace memscape::inline v0 {

/// What mallinfo2(3) returns, without its header.
struct glibc_numbers {
  std::size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};
using glibc_statistics = auto() noexcept -> glibc_numbers;

#if defined(__linux__)
extern "C" auto memscape_glibc_statistics() noexcept -> glibc_numbers __asm__("mallinfo2")
    __attribute__((weak));
#endif

/// A source for the GNU C library's malloc, by mallinfo2(3).
///
///     leaf<"malloc", "malloc">(memscape::glibc_source{})
///
/// used is `uordblks` and `hblkhd`: blocks in use with their headers, what threads keep for themselves (tcache)
/// included; committed is `arena` and `hblkhd`. It has no figure for what is resident.
/// Errors: without mallinfo2 (before 2.33, musl), or where another malloc stands in front of it, the figures
/// are absent, and `is_available()` is false. The second is found out when the source is made.
/// Cost: it locks each arena and walks its free blocks: 24 to 36 ms per million of them, for a sample, and for
/// making the source twice. Threads: any. Source: mallinfo(3), malloc/malloc.c of glibc.
class glibc_source {
 public:
  static constexpr auto lies_in = memory_home::malloc;

  glibc_source() noexcept {
#if defined(__linux__)
    ask_ = find_symbol(&memscape_glibc_statistics, "mallinfo2");
    if (!is_malloc()) ask_ = nullptr;
#endif
  }
  constexpr explicit glibc_source(glibc_statistics* ask) noexcept : ask_{ask} {}

  [[nodiscard]] auto figures() const noexcept -> allocator_figures {
    allocator_figures now;
    if (ask_ == nullptr) return now;
    auto const told = ask_();
    now.used = bytes{told.uordblks} + bytes{told.hblkhd};
    now.committed = bytes{told.arena} + bytes{told.hblkhd};
    return now;
  }
  [[nodiscard]] auto sample() const noexcept -> usage { return figures().usage(); }
  /// Whether `sample().used` is told. Cost: none.
  [[nodiscard]] auto is_available() const noexcept -> bool { return ask_ != nullptr; }

  /// Whether the process's malloc is this one: it counts a block of 4 MiB. Cost: an allocation and two samples.
  [[nodiscard]] auto is_malloc() const noexcept -> bool {
    constexpr auto size = std::size_t{4} << 20U;
    // Again, because another thread may free as much in between.
    for (int tries = 0; ask_ != nullptr && tries < 3; ++tries) {
      auto const before = figures();
      malloc_block const block{size};
      if (block.address() != nullptr && *figures().used >= *before.used + bytes{size / 2})
        return true;
    }
    return false;
  }

 private:
  glibc_statistics* ask_ = nullptr;
};

}  // namespace memscape::inline v0
