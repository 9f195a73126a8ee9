// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/figures.hpp>
#include <memscape/sources/allocator/symbol.hpp>

namespace memscape::inline v0 {

using mimalloc_info = auto(std::size_t*, std::size_t*, std::size_t*, std::size_t*, std::size_t*,
                           std::size_t*, std::size_t*, std::size_t*) noexcept -> void;
using mimalloc_region = auto(void const*) noexcept -> bool;

#if defined(__linux__)
extern "C" {
void memscape_mimalloc_info(std::size_t*, std::size_t*, std::size_t*, std::size_t*, std::size_t*,
                            std::size_t*, std::size_t*, std::size_t*) noexcept
    __asm__("mi_process_info") __attribute__((weak));
auto memscape_mimalloc_region(void const*) noexcept -> bool __asm__("mi_is_in_heap_region")
    __attribute__((weak));
}
#endif

/// A source for mimalloc, linked or preloaded.
///
///     leaf<"mimalloc", "mimalloc">(memscape::mimalloc_source{})
///
/// committed is `current_commit` of `mi_process_info`: memory that it made accessible, touched or not. What is
/// handed out a release build does not count across threads: used is absent, `is_available()` is false and
/// `sample().used` is 0. What it calls `current_rss` is left out: on Linux it is the committed count.
/// Errors: where mimalloc is missing, or where its count has wrapped below zero, committed is absent.
/// Cost: `mi_process_info` calls getrusage(2): 1 to 4 µs. Threads: any. Source: mimalloc.h.
class mimalloc_source {
 public:
  mimalloc_source() noexcept {
#if defined(__linux__)
    info_ = find_symbol(&memscape_mimalloc_info, "mi_process_info");
    region_ = find_symbol(&memscape_mimalloc_region, "mi_is_in_heap_region");
#endif
  }
  constexpr explicit mimalloc_source(mimalloc_info* info,
                                     mimalloc_region* region = nullptr) noexcept
      : info_{info}, region_{region} {}

  [[nodiscard]] auto figures() const noexcept -> allocator_figures {
    allocator_figures now;
    if (info_ == nullptr) return now;
    // All of them, because older versions write each without asking whether it is wanted.
    std::size_t told[8]{};
    info_(&told[0], &told[1], &told[2], &told[3], &told[4], &told[5], &told[6], &told[7]);
    if (auto const commit = told[5]; commit != 0 && commit <= PTRDIFF_MAX)
      now.committed = bytes{commit};
    return now;
  }
  [[nodiscard]] auto sample() const noexcept -> usage { return figures().usage(); }
  /// Whether `sample().used` is told.
  [[nodiscard]] auto is_available() const noexcept -> bool { return figures().used.has_value(); }

  /// Whether the process's malloc is this mimalloc's: a block from it lies in its memory. Cost: an allocation.
  [[nodiscard]] auto is_malloc() const noexcept -> bool {
    malloc_block const block{4096};
    return region_ != nullptr && block.address() != nullptr && region_(block.address());
  }

 private:
  mimalloc_info* info_ = nullptr;
  mimalloc_region* region_ = nullptr;
};

}  // namespace memscape::inline v0
