// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/figures.hpp>
#include <memscape/sources/allocator/symbol.hpp>
#include <optional>

namespace memscape::inline v0 {

using tcmalloc_property = auto(char const*, std::size_t*) -> int;
using tcmalloc_ownership = auto(void const*) -> int;

#if defined(__linux__)
extern "C" {
auto memscape_tcmalloc_property(char const*, std::size_t*) noexcept
    -> int __asm__("MallocExtension_GetNumericProperty") __attribute__((weak));
auto memscape_tcmalloc_ownership(void const*) noexcept
    -> int __asm__("MallocExtension_GetOwnership") __attribute__((weak));
}
#endif

/// A source for gperftools' tcmalloc, linked or preloaded, by the C interface of its MallocExtension.
///
///     leaf<"tcmalloc", "tcmalloc">(memscape::tcmalloc_source{})
///
/// used is `generic.current_allocated_bytes`; committed and own_resident are `generic.total_physical_bytes`: spans
/// that were not released, and metadata. tcmalloc cannot tell whether a span was touched. reserved is that and
/// `tcmalloc.pageheap_unmapped_bytes`. A version without that sum gives the heap's size minus what was released.
/// Errors: where tcmalloc is missing or does not know a property, that figure is absent; without the first,
/// `is_available()` is false.
/// Cost: each property walks the thread caches and central lists under tcmalloc's own locks: 7 to 16 µs a sample.
/// Threads: any. Source: gperftools/malloc_extension_c.h.
class tcmalloc_source {
 public:
  tcmalloc_source() noexcept {
#if defined(__linux__)
    property_ = find_symbol(&memscape_tcmalloc_property, "MallocExtension_GetNumericProperty");
    ownership_ = find_symbol(&memscape_tcmalloc_ownership, "MallocExtension_GetOwnership");
#endif
  }
  constexpr explicit tcmalloc_source(tcmalloc_property* property,
                                     tcmalloc_ownership* ownership = nullptr) noexcept
      : property_{property}, ownership_{ownership} {}

  [[nodiscard]] auto figures() const noexcept -> allocator_figures {
    allocator_figures now;
    now.used = number("generic.current_allocated_bytes");
    auto const released = number("tcmalloc.pageheap_unmapped_bytes");
    now.committed = now.own_resident = number("generic.total_physical_bytes");
    if (!now.committed && released) {
      if (auto const heap = number("generic.heap_size")) now.committed = *heap - *released;
    }
    if (now.committed && released) now.reserved = *now.committed + *released;
    return now;
  }
  [[nodiscard]] auto sample() const noexcept -> usage { return figures().usage(); }
  /// Whether `sample().used` is told. Cost: one property.
  [[nodiscard]] auto is_available() const noexcept -> bool {
    return number("generic.current_allocated_bytes").has_value();
  }

  /// Whether the process's malloc is this tcmalloc's: it owns a block from it. Cost: an allocation.
  [[nodiscard]] auto is_malloc() const noexcept -> bool {
    constexpr int owned = 1;
    malloc_block const block{4096};
    return ownership_ != nullptr && block.address() != nullptr &&
           ownership_(block.address()) == owned;
  }

 private:
  [[nodiscard]] auto number(char const* name) const noexcept -> std::optional<bytes> {
    std::size_t value = 0;
    if (property_ == nullptr || property_(name, &value) == 0) return std::nullopt;
    return bytes{value};
  }

  tcmalloc_property* property_ = nullptr;
  tcmalloc_ownership* ownership_ = nullptr;
};

}  // namespace memscape::inline v0
