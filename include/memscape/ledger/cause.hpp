// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// What memory that no source owns is there for.
enum class cause : std::uint8_t {
  malloc_heap,    ///< the program break, which malloc's main arena grows
  malloc_arena,   ///< the heaps of malloc's other arenas
  malloc_mmap,    ///< blocks that malloc mapped one by one
  stack_main,     ///< the main thread's stack
  stack_threads,  ///< stacks of other threads, those of ended ones that are kept included
  file_text,      ///< executable pages of files
  file_rodata,    ///< pages of files that are mapped read-only
  file_data,      ///< pages of files that are mapped writable, those written to included
  bss,            ///< zeroed data behind a file's writable pages
  shmem,       ///< shared anonymous memory, memfd, System V, files of tmpfs: the kernel's RssShmem
  secret,      ///< memfd_secret(2), which the kernel itself cannot read
  device,      ///< buffers that a device or the kernel shares: io_uring, aio, perf, sockets, /dev/…
  anon_named,  ///< anonymous memory that the program named
  vdso,        ///< code that the kernel lends
  anonymous,   ///< the rest
};

/// The names of the causes, as they stand on the wire. Named memory stands there as `anon.<name>`.
inline constexpr std::string_view cause_names[] = {
    "malloc.heap", "malloc.arena", "malloc.mmap", "stack.main", "stack.threads",
    "file.text",   "file.rodata",  "file.data",   "bss",        "shmem",
    "secret",      "device",       "anon",        "vdso",       "anonymous",
};

inline constexpr std::size_t cause_count = std::size(cause_names);

/// The cause's name.
[[nodiscard]] constexpr auto name_of(cause of) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(of);
  return index < cause_count ? cause_names[index] : "unknown";
}

}  // namespace memscape::inline v0
