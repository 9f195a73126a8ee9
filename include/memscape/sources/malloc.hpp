// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/sources/allocator/figures.hpp>
#include <memscape/sources/glibc.hpp>
#include <memscape/sources/jemalloc.hpp>
#include <memscape/sources/mimalloc.hpp>
#include <memscape/sources/tcmalloc.hpp>

namespace memscape::inline v0 {

/// Whose malloc it is.
enum class malloc_kind : std::uint8_t { unknown, glibc, jemalloc, mimalloc, tcmalloc };

/// A source for whichever malloc the process has: jemalloc, mimalloc, gperftools' tcmalloc or the GNU C library's.
/// Each is asked whether a block from malloc is its own.
///
///     leaf<"malloc", "malloc">(memscape::malloc_source{})
///
/// Sources whose memory lies in malloc are counted in it, too: a tree that has both counts them twice in `tracked`.
/// Errors: with another malloc, `kind()` is unknown and the figures are absent; where that allocator does not tell
/// what is in use (mimalloc), `is_available()` is false and `sample().used` is 0.
/// Cost: of the allocator's own source; making it, an allocation for each that is there.
/// Threads: any.
class malloc_source {
 public:
  static constexpr auto lies_in = memory_home::malloc;

  malloc_source() noexcept {
    if (jemalloc_.is_malloc()) {
      kind_ = malloc_kind::jemalloc;
    } else if (tcmalloc_.is_malloc()) {
      kind_ = malloc_kind::tcmalloc;
    } else if (mimalloc_.is_malloc()) {
      kind_ = malloc_kind::mimalloc;
    } else if (glibc_source const glibc; glibc.is_available()) {
      glibc_ = glibc;
      kind_ = malloc_kind::glibc;
    }
  }

  [[nodiscard]] auto kind() const noexcept -> malloc_kind { return kind_; }
  [[nodiscard]] auto figures() const noexcept -> allocator_figures {
    switch (kind_) {
      case malloc_kind::glibc: return glibc_.figures();
      case malloc_kind::jemalloc: return jemalloc_.figures();
      case malloc_kind::mimalloc: return mimalloc_.figures();
      case malloc_kind::tcmalloc: return tcmalloc_.figures();
      case malloc_kind::unknown: break;
    }
    return {};
  }
  [[nodiscard]] auto sample() const noexcept -> usage { return figures().usage(); }
  /// Whether `sample().used` is told. Cost: that of a sample.
  [[nodiscard]] auto is_available() const noexcept -> bool { return figures().used.has_value(); }

 private:
  jemalloc_source jemalloc_{};
  tcmalloc_source tcmalloc_{};
  mimalloc_source mimalloc_{};
  glibc_source glibc_{nullptr};
  malloc_kind kind_ = malloc_kind::unknown;
};

}  // namespace memscape::inline v0
