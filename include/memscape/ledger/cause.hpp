// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
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

/// Which table of a ledger lists the largest parts of a cause.
enum class cause_parts : std::uint8_t { none, files, names, mappings };

/// What is known of a cause, whatever a process holds of it.
struct cause_facts {
  cause of{};
  std::string_view name{};  ///< on the wire; named memory stands there as `anon.<name>`
  cause_parts parts = cause_parts::none;
  bool by_mark = false;    ///< told by what malloc or a thread left in its memory, which is a guess
  bool is_shared = false;  ///< of its pages, those that a private mapping wrote to are `anonymous`
};

/// One for each cause, by its number.
inline constexpr cause_facts cause_table[] = {
    {cause::malloc_heap, "malloc.heap"},
    {.of = cause::malloc_arena, .name = "malloc.arena", .by_mark = true},
    {.of = cause::malloc_mmap, .name = "malloc.mmap", .by_mark = true},
    {cause::stack_main, "stack.main"},
    {.of = cause::stack_threads, .name = "stack.threads", .by_mark = true},
    {cause::file_text, "file.text", cause_parts::files},
    {cause::file_rodata, "file.rodata", cause_parts::files},
    {cause::file_data, "file.data", cause_parts::files},
    {cause::bss, "bss"},
    {.of = cause::shmem, .name = "shmem", .is_shared = true},
    {.of = cause::secret, .name = "secret", .is_shared = true},
    {.of = cause::device, .name = "device", .is_shared = true},
    {cause::anon_named, "anon", cause_parts::names},
    {cause::vdso, "vdso"},
    {cause::anonymous, "anonymous", cause_parts::mappings},
};

/// In place of those of a number that is no cause.
inline constexpr cause_facts unknown_cause{.name = "unknown"};

inline constexpr std::size_t cause_count = std::size(cause_table);

/// What is known of the cause.
[[nodiscard]] constexpr auto facts_of(cause of) noexcept -> cause_facts const& {
  auto const index = static_cast<std::size_t>(of);
  return index < cause_count ? cause_table[index] : unknown_cause;
}

/// The cause's name.
[[nodiscard]] constexpr auto name_of(cause of) noexcept -> std::string_view {
  return facts_of(of).name;
}

/// Whether the C library's malloc has it.
[[nodiscard]] constexpr auto is_of_malloc(cause of) noexcept -> bool {
  return name_of(of).starts_with("malloc.");
}

/// The cause with the longest name.
[[nodiscard]] consteval auto longest_cause() noexcept -> cause {
  auto longest = cause_table[0];
  for (auto const& one : cause_table) {
    if (one.name.size() > longest.name.size()) longest = one;
  }
  return longest.of;
}

}  // namespace memscape::inline v0
