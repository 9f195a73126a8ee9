// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// What a doctor can find in a ledger.
enum class finding_kind : std::uint8_t {
  lazily_freed,       ///< given back with MADV_FREE; the kernel takes it when it needs memory
  malloc_free,        ///< malloc keeps blocks that were freed
  huge_pages,         ///< transparent huge pages hold much of RSS: a touched byte costs 2 MiB
  many_arenas,        ///< malloc's arenas hold much: each keeps free memory of its own
  thread_stacks,      ///< stacks of threads, of ended ones too, hold much
  resident_but_free,  ///< a source has more in RAM than it handed out
  claims_too_much,    ///< a source lists ranges that are not mapped, or are another's
  swapped_out,        ///< a source's memory is in swap
  unexplained,        ///< memory that no source and no cause explains
  growth,             ///< since an earlier ledger, and no source's: see `grown`
};

/// What it is called on the wire, who it is about, and what it tells a person to do.
struct finding_text {
  std::string_view name{};
  std::string_view advice{};
  bool is_warning = false;      ///< somebody should look at it; else it is good to know
  bool is_of_a_source = false;  ///< it is told of each source; else of the process, and once
};

/// One for each kind, by its number.
inline constexpr finding_text finding_texts[] = {
    {"lazily_freed",
     "Freed with MADV_FREE: it counts as resident until the kernel needs it. No leak."},
    {"malloc_free",
     "Freed, and kept by malloc for later: malloc_trim(0) gives back what no live block holds."},
    {"huge_pages",
     "In transparent huge pages: where little of each is used, MADV_NOHUGEPAGE saves the rest."},
    {"many_arenas", "In malloc's arenas: mallopt(M_ARENA_MAX, n) lets threads share fewer."},
    {"thread_stacks",
     "In stacks of threads, which the C library keeps when they end: start fewer, or smaller "
     "ones."},
    {.name = "resident_but_free",
     .advice = "In RAM and not handed out: fragmentation, or memory kept for later. madvise(2) "
               "returns it.",
     .is_of_a_source = true},
    {.name = "claims_too_much",
     .advice = "Listed in the source's ranges, but not mapped, another source's, or listed twice: "
               "mend its ranges().",
     .is_warning = true,
     .is_of_a_source = true},
    {.name = "swapped_out",
     .advice = "In swap: touching it waits for the disk.",
     .is_warning = true,
     .is_of_a_source = true},
    {.name = "unexplained",
     .advice = "Not explained: it came or went while it was measured. Look again.",
     .is_warning = true},
    {.name = "growth",
     .advice = "Grown, and no source has: see which cause did, and look there.",
     .is_warning = true},
};

/// What is said of a kind.
[[nodiscard]] constexpr auto text_of(finding_kind kind) noexcept -> finding_text const& {
  return finding_texts[static_cast<std::size_t>(kind)];
}
/// Whether it is told of each source; else of the process, and once.
[[nodiscard]] constexpr auto is_of_a_source(finding_kind kind) noexcept -> bool {
  return text_of(kind).is_of_a_source;
}
/// Whether somebody should look at it; else it is good to know.
[[nodiscard]] constexpr auto is_warning(finding_kind kind) noexcept -> bool {
  return text_of(kind).is_warning;
}

/// A finding needs both: an amount, and its share of what it is held against.
struct threshold {
  bytes amount{};
  std::uint32_t percent = 0;

  [[nodiscard]] constexpr auto passed_by(bytes found, bytes whole) const noexcept -> bool {
    return found >= amount && found != bytes{} && found * 100 >= whole * percent;
  }
};

/// When a doctor speaks. The defaults keep quiet about a process that is well.
struct doctor_thresholds {
  static constexpr bytes mebibyte{1U << 20U};

  threshold lazily_freed{mebibyte * 16, 5};       ///< of RSS
  threshold malloc_free{mebibyte * 16, 25};       ///< of that and what is in use
  threshold huge_pages{mebibyte * 64, 50};        ///< of RSS
  threshold many_arenas{mebibyte * 32, 10};       ///< of RSS, and at least eight arenas' heaps
  threshold thread_stacks{mebibyte * 16, 5};      ///< of RSS
  threshold resident_but_free{mebibyte * 8, 50};  ///< of the source's resident memory
  threshold claims_too_much{bytes{4096}, 1};      ///< of the source's ranges
  threshold swapped_out{mebibyte * 8, 10};        ///< of the source's resident and swapped memory
  threshold unexplained{mebibyte * 4, 1};         ///< of RSS
  threshold growth{mebibyte * 16, 10};            ///< by what no source explains, of what RSS was,
  threshold growth_unowned{mebibyte * 16, 50};    ///< and of the whole growth
};

/// One conclusion, and the amount that it is about.
struct finding {
  static constexpr std::size_t of_the_process = static_cast<std::size_t>(-1);

  finding_kind kind{};
  bytes amount{};
  bytes whole{};                        ///< what it is held against
  std::size_t source = of_the_process;  ///< the node in the layout, where it is about one

  /// Its name, as it stands on the wire.
  [[nodiscard]] constexpr auto name() const noexcept -> std::string_view {
    return text_of(kind).name;
  }
  /// One sentence for a person.
  [[nodiscard]] constexpr auto advice() const noexcept -> std::string_view {
    return text_of(kind).advice;
  }
};

/// Of what malloc keeps, what may be in RAM: no more than its heaps have there beyond blocks in use. The rest
/// was trimmed, and costs nothing. Blocks that malloc mapped one by one are never kept.
template <class Layout>
[[nodiscard]] constexpr auto malloc_free_in_ram(ledger<Layout> const& of) noexcept -> bytes {
  if (!of.malloc) return {};
  auto const& heap = of.at(cause::malloc_heap);
  if (heap.worth == quality::unavailable) return of.malloc->free;
  auto const& arenas = of.at(cause::malloc_arena);
  // Where arenas are not told apart, they are in `anonymous`.
  auto const in_heaps =
      heap.resident +
      (arenas.worth == quality::unavailable ? of.at(cause::anonymous) : arenas).resident;
  // Sources may have theirs from malloc.
  auto all = in_heaps;
  for (auto const& source : of.sources) all += source.resident.value_or(bytes{});
  auto const in_use = of.malloc->in_use - of.malloc->mapped;
  auto const unused = all - in_use < in_heaps ? all - in_use : in_heaps;
  return unused < of.malloc->free ? unused : of.malloc->free;
}

/// Draws conclusions from a ledger: calls `tell(finding)` for each, those of the process first. Growth needs
/// an earlier one besides: `grown`.
///
///     memscape::diagnose(auditor.last(), [](memscape::finding const& one) { … });
///
/// Errors: what the ledger could not measure, it draws no conclusion from.
/// Cost: one pass over the sources; no allocation. Threads: any.
template <class Layout, class Tell>
constexpr void diagnose(ledger<Layout> const& of, Tell&& tell,
                        doctor_thresholds const& when = {}) noexcept {
  auto const judge = [&](finding_kind kind, threshold const& limit, bytes amount, bytes whole,
                         std::size_t source = finding::of_the_process) {
    if (limit.passed_by(amount, whole)) tell(finding{kind, amount, whole, source});
  };
  if (of.rss) {
    judge(finding_kind::lazily_freed, when.lazily_freed, of.lazy_free.value_or(bytes{}), *of.rss);
    judge(finding_kind::huge_pages, when.huge_pages, of.huge.value_or(bytes{}), *of.rss);
    if (of.arena_heaps >= count{8}) {
      judge(finding_kind::many_arenas, when.many_arenas, of.at(cause::malloc_arena).resident,
            *of.rss);
    }
    judge(finding_kind::thread_stacks, when.thread_stacks, of.at(cause::stack_threads).resident,
          *of.rss);
    judge(finding_kind::unexplained, when.unexplained, of.unexplained.value_or(bytes{}), *of.rss);
  }
  if (of.malloc) {
    auto const kept = malloc_free_in_ram(of);
    judge(finding_kind::malloc_free, when.malloc_free, kept, kept + of.malloc->in_use);
  }
  for (std::size_t i = 0; i < Layout::size; ++i) {
    auto const& source = of.sources[i];
    if (!source.resident) continue;
    auto const resident = *source.resident;
    judge(finding_kind::resident_but_free, when.resident_but_free, resident - source.said.used,
          resident, i);
    judge(finding_kind::claims_too_much, when.claims_too_much,
          source.unmapped.value_or(bytes{}) + source.overlapped.value_or(bytes{}), source.claimed,
          i);
    auto const swapped = source.swapped.value_or(bytes{});
    judge(finding_kind::swapped_out, when.swapped_out, swapped, resident + swapped, i);
  }
}

}  // namespace memscape::inline v0
