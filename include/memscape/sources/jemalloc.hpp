// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/figures.hpp>
#include <memscape/sources/allocator/symbol.hpp>
#include <optional>

namespace memscape::inline v0 {

/// `mallctl` as jemalloc has it, without its header. Its own declaration is not noexcept with every compiler.
using jemalloc_control = auto(char const*, void*, std::size_t*, void*, std::size_t) -> int;

#if defined(__linux__)
extern "C" {
auto memscape_mallctl(char const*, void*, std::size_t*, void*, std::size_t) noexcept
    -> int __asm__("mallctl") __attribute__((weak));
auto memscape_je_mallctl(char const*, void*, std::size_t*, void*, std::size_t) noexcept
    -> int __asm__("je_mallctl") __attribute__((weak));
}
#endif

/// A source for jemalloc, linked or preloaded, as the process's malloc or under its prefix `je_`; with another
/// prefix, give its function: `jemalloc_source{&my_mallctl}`.
///
///     leaf<"jemalloc", "jemalloc">(memscape::jemalloc_source{})
///
/// used is `stats.allocated`, which counts what threads keep in their caches, too; committed and own_resident are
/// `stats.resident`: active and dirty pages and metadata, of which some may not have been touched; reserved is
/// that and `stats.retained`.
/// Errors: where jemalloc is missing, was built without statistics or refuses, the figures are absent, and
/// `is_available()` is false.
/// Cost: writes `epoch`, which makes jemalloc merge the figures of its arenas under its own locks: 5 to 10 µs in a small
/// program, 129 µs in a large one. Threads: any. Source: jemalloc(3).
class jemalloc_source {
 public:
  jemalloc_source() noexcept {
#if defined(__linux__)
    control_ = find_symbol(&memscape_mallctl, "mallctl");
    if (control_ == nullptr) control_ = find_symbol(&memscape_je_mallctl, "je_mallctl");
#endif
  }
  constexpr explicit jemalloc_source(jemalloc_control* control) noexcept : control_{control} {}

  [[nodiscard]] auto figures() const noexcept -> allocator_figures {
    allocator_figures now;
    std::uint64_t epoch = 1;
    if (control_ == nullptr || control_("epoch", nullptr, nullptr, &epoch, sizeof epoch) != 0)
      return now;
    now.used = number<std::size_t>("stats.allocated");
    now.committed = now.own_resident = number<std::size_t>("stats.resident");
    auto const retained = number<std::size_t>("stats.retained");
    if (now.committed && retained) now.reserved = *now.committed + *retained;
    return now;
  }
  [[nodiscard]] auto sample() const noexcept -> usage { return figures().usage(); }
  /// Whether `sample().used` is told. Cost: that of a sample.
  [[nodiscard]] auto is_available() const noexcept -> bool { return figures().used.has_value(); }

  /// Whether the process's malloc is this jemalloc's: a block from it raises the thread's count.
  /// Cost: an allocation.
  [[nodiscard]] auto is_malloc() const noexcept -> bool {
    auto const before = number<std::uint64_t>("thread.allocated");
    if (!before) return false;
    malloc_block const block{4096};
    auto const after = number<std::uint64_t>("thread.allocated");
    return after && *after >= *before + bytes{4096};
  }

 private:
  template <class Number>
  [[nodiscard]] auto number(char const* name) const noexcept -> std::optional<bytes> {
    Number value = 0;
    auto size = sizeof value;
    if (control_ == nullptr || control_(name, &value, &size, nullptr, 0) != 0 ||
        size != sizeof value)
      return std::nullopt;
    return bytes{value};
  }

  jemalloc_control* control_ = nullptr;
};

}  // namespace memscape::inline v0
