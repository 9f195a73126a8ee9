// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/ledger/ledger.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What mallinfo2(3) returns.
struct mallinfo_numbers {
  std::size_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks, keepcost;
};

// Weak and under a name of our own: a C library without it (before glibc 2.33, musl) leaves it null, and
// its header is not needed.
extern "C" auto memscape_mallinfo2() noexcept -> mallinfo_numbers __asm__("mallinfo2")
    __attribute__((weak));

/// What the C library says of its malloc, or nothing where it says nothing.
/// Cost: it locks each arena and walks its free blocks, 24 to 36 ms per million of them.
/// Threads: any. Source: mallinfo(3).
[[nodiscard]] inline auto malloc_statistics() noexcept -> std::optional<malloc_account> {
  // Through a variable, because compilers know that a function's address is not null.
  auto* const ask = &memscape_mallinfo2;
  if (ask == nullptr) return std::nullopt;
  auto const told = ask();
  return malloc_account{.in_use = bytes{told.uordblks} + bytes{told.hblkhd},
                        .free = bytes{told.fordblks},
                        .mapped = bytes{told.hblkhd},
                        .mapped_blocks = count{told.hblks},
                        .in_arenas = bytes{told.arena}};
}

}  // namespace memscape::inline v0
