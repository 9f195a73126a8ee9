// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/symbol.hpp>
#include <optional>

namespace memscape::inline v0 {

#if defined(__linux__)
extern "C" auto memscape_sqlite_status(int, long long*, long long*, int) noexcept
    -> int __asm__("sqlite3_status64") __attribute__((weak));
#endif

/// A source for SQLite (3.8.9 or later), linked: all connections of the process together. Where SQLite's names
/// are hidden or elsewhere than on Linux, give its function: `sqlite_source{&sqlite3_status64}`.
///
///     leaf<"sqlite", "SQLite">(memscape::sqlite_source{})
///
/// Gives used, peak and objects. Its memory lies in malloc, unless SQLite was configured with another allocator.
/// Errors: where SQLite is missing or refuses, `is_available()` is false and used is 0. With
/// SQLITE_CONFIG_MEMSTATUS off SQLite counts nothing and answers 0, which cannot be told from nothing used.
/// Cost: two calls that take SQLite's own mutex, below 1 µs. Threads: any, if SQLite is built threadsafe.
/// Source: https://www.sqlite.org/c3ref/status.html
class sqlite_source {
 public:
  static constexpr auto lies_in = memory_home::malloc;

  sqlite_source() noexcept {
#if defined(__linux__)
    status_ = find_symbol(&memscape_sqlite_status, "sqlite3_status64");
#endif
  }
  // A pointer of another type where SQLite's own header is included: it has no noexcept.
  constexpr explicit sqlite_source(auto (*status)(int, long long*, long long*, int)->int) noexcept
      : status_{status} {}

  [[nodiscard]] auto sample() const noexcept -> usage {
    constexpr int malloc_count = 9;
    usage now{.used = bytes{}};
    if (auto const memory = ask(memory_used)) {
      now.used = bytes{memory->current};
      now.peak = bytes{memory->highest};
    }
    if (auto const blocks = ask(malloc_count)) now.objects = count{blocks->current};
    return now;
  }
  /// Whether `sample().used` is told.
  [[nodiscard]] auto is_available() const noexcept -> bool { return ask(memory_used).has_value(); }

 private:
  static constexpr int memory_used = 0;
  struct answer {
    std::uint64_t current, highest;
  };

  [[nodiscard]] auto ask(int what) const noexcept -> std::optional<answer> {
    long long current = 0;
    long long highest = 0;
    constexpr int keep_highest = 0;
    if (status_ == nullptr || status_(what, &current, &highest, keep_highest) != 0 || current < 0 ||
        highest < 0)
      return std::nullopt;
    return answer{static_cast<std::uint64_t>(current), static_cast<std::uint64_t>(highest)};
  }

  auto (*status_)(int, long long*, long long*, int) -> int = nullptr;
};

}  // namespace memscape::inline v0
