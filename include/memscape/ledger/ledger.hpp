// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/fixed_string.hpp>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/steady_time.hpp>
#include <memscape/core/usage.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/linux/outside_account.hpp>
#include <memscape/ledger/linux/page_method.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/walk/clipped_name.hpp>
#include <memscape/ledger/walk/largest.hpp>
#include <memscape/ledger/walk/maybe_bytes.hpp>
#include <memscape/ledger/walk/part_accounts.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// One source, on both axes: what it says of itself, and what the kernel says of its ranges.
struct source_account {
  usage said{};            ///< when the audit began
  maybe_bytes resident{};  ///< of its ranges, what is in RAM; absent: it offers none, or not known
  maybe_bytes swapped{};   ///< of its ranges, what is in swap; absent alike
  bytes claimed{};         ///< the size of its ranges
  // Absent where mappings that the ranges may lie in could not be read.
  std::optional<bytes> unmapped{};  ///< of those, what is no memory at all
  std::optional<bytes>
      overlapped{};  ///< of those, what an earlier source in the tree owns, or it lists twice
  quality worth =
      quality::unavailable;  ///< of resident and swapped; unavailable: it offers no ranges
  memory_home lies_in = memory_home::unknown;  ///< where what it uses lies, if it says that

  /// resident − used. Positive: resident but free, which is retained or fragmented. Negative: used, and
  /// never touched or swapped out. Absent where `resident` is. Units: bytes.
  [[nodiscard]] constexpr auto fragmentation() const noexcept -> std::optional<std::int64_t> {
    if (!resident) return std::nullopt;
    return static_cast<std::int64_t>(resident.value() - said.used.value());
  }
};

/// What one cause holds.
struct cause_account {
  bytes resident{};
  maybe_bytes swapped{bytes{}};  ///< absent: not known
  quality worth = quality::exact;
};

/// What the C library says of its malloc, over all arenas. Absent where it says nothing.
/// Source: mallinfo(3).
struct malloc_account {
  bytes in_use{};  ///< blocks that the program holds, those mapped one by one included
  bytes free{};    ///< blocks that it gave back and malloc keeps: the fragmentation
  bytes mapped{};  ///< of in_use, what malloc mapped block by block
  count mapped_blocks{};
  quality worth = quality::exact;  ///< or stale: not asked anew, because that takes long
  std::uint64_t age_ms = 0;        ///< how old it was when the audit began; 0 when it is not stale
  bytes in_arenas{};               ///< what its arenas have from the system, in blocks or not
};

/// RSS without remainder: rss + closure_error = Σ sources + Σ causes + unexplained, always.
/// Trivially copyable and of fixed size, as a snapshot is. Where RSS could not be read, it and what
/// follows from it are absent, and the rest is there all the same.
/// Threads: a plain value.
template <class Layout>
struct ledger {
  using layout = Layout;

  std::optional<bytes> rss{};         ///< as the audit ended
  std::optional<bytes> rss_before{};  ///< as it began: how far the process moved meanwhile
  /// One for each node of the layout; groups stay empty.
  std::array<source_account, Layout::size> sources{};
  std::array<cause_account, cause_count> causes{};  ///< one for each cause, by its number
  bytes shmem_of_sources{};              ///< of the sources' resident memory, what is shared
  std::optional<bytes> unexplained{};    ///< RSS beyond the sum of sources and causes
  std::optional<bytes> closure_error{};  ///< that sum beyond RSS
  largest<file_account, 24> files{};
  largest<name_account, 16> names{};
  largest<mapping_account, 16> mappings{};
  std::optional<malloc_account> malloc{};
  outside_account outside_rss{};
  // Absent where mappings could not be read, or not all of them.
  /// In RSS until the kernel wants it. A scan does not tell: what an extended_reader knows may be put here.
  std::optional<bytes> lazy_free{};
  std::optional<bytes> huge{};  ///< of RSS, what is in transparent huge pages
  std::optional<count> mapping_count{};
  std::optional<count> thread_stacks{};  ///< more than there are threads, where libc keeps old ones
  std::optional<count> arena_heaps{};
  clipped_name<96> malloc_object{};  ///< the file that has malloc, where that is not the C library
  ledger_faults faults{};
  page_method method = page_method::none;
  std::uint64_t sequence = 0;          ///< 1 for the first of an auditor
  std::uint64_t time_ms = 0;           ///< when it ended, a label. Units: milliseconds since 1970
  steady_time made{};                  ///< the same instant, for differences; 0 is none
  std::uint64_t duration_ns = 0;       ///< from its beginning to its end
  std::uint64_t cost_ns = 0;           ///< of that, what the audit took
  std::uint64_t longest_slice_ns = 0;  ///< the longest it went on without giving way
  std::uint64_t slices = 0;

  /// The account of the source with this key. Errors: an unknown key does not compile.
  template <fixed_string Key>
  [[nodiscard]] constexpr auto at() const noexcept -> source_account const& {
    constexpr auto index = Layout::index_of(Key.view());
    static_assert(index < Layout::size,
                  "memscape: no node of this tree has that key: ask for one of the keys given to "
                  "leaf<...>() and group<...>().");
    return sources[index < Layout::size ? index : 0];
  }
  [[nodiscard]] constexpr auto at(cause of) const noexcept -> cause_account const& {
    return causes[static_cast<std::size_t>(of)];
  }

  /// Calls `visit(prefix, name, cause_account)` for each cause that holds something, named memory by name:
  /// ("", "bss", …), ("anon.", "my pool", …). The accounts add up to the causes' part of RSS.
  template <class Visit>
  constexpr void each_cause(Visit&& visit) const noexcept {
    for (std::size_t i = 0; i < cause_count; ++i) {
      auto account = causes[i];
      if (i == static_cast<std::size_t>(cause::anon_named)) {
        for (auto const& one : names) {
          visit(std::string_view{"anon."}, one.name.view(),
                cause_account{one.resident,
                              account.swapped ? maybe_bytes{one.swapped} : maybe_bytes{},
                              account.worth});
          account.resident -= one.resident;
          if (account.swapped) *account.swapped -= one.swapped;
        }
      }
      if (account.resident != bytes{} || account.swapped != bytes{}) {
        visit(std::string_view{}, cause_table[i].name, account);
      }
    }
  }

  /// How old the ledger is at `now`, which is `monotonic_clock::now()`, whatever the wall clock was set to;
  /// 0 where `made` is not known. Units: milliseconds.
  [[nodiscard]] constexpr auto age_ms(steady_time now) const noexcept -> std::uint64_t {
    return made.ns == 0 ? 0 : now.ms_since(made);
  }

  /// What has passed since an earlier ledger of the process. By the labels only where `made` is not known, as
  /// where clock_gettime(2) is denied. Units: milliseconds.
  [[nodiscard]] constexpr auto ms_since(ledger const& earlier) const noexcept -> std::uint64_t {
    if (made.ns != 0 && earlier.made.ns != 0) return made.ms_since(earlier.made);
    return time_ms > earlier.time_ms ? time_ms - earlier.time_ms : 0;
  }

  /// Σ sources + Σ causes. Units: bytes.
  [[nodiscard]] constexpr auto attributed() const noexcept -> bytes {
    bytes sum{};
    for (auto const& source : sources) sum += source.resident.value_or(bytes{});
    for (auto const& one : causes) sum += one.resident;
    return sum;
  }
};

}  // namespace memscape::inline v0
