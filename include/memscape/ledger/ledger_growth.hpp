// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/quality.hpp>
#include <memscape/ledger/walk/clipped_name.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What of a cause grew most: a file or named memory by its name, an anonymous mapping by where it lies.
struct grown_part {
  clipped_name<96> name{};
  std::uint64_t begin = 0;  ///< of a mapping, which has no name
  std::uint64_t end = 0;
  bytes by{};
};

/// How much RSS grew from one ledger to a later one, and what of that no source explains.
/// Threads: a plain value.
struct ledger_growth {
  bytes rss{};      ///< how much more there is
  bytes unowned{};  ///< of that, what sources did not grow by
  std::uint64_t span_ms = 0;
  std::optional<cause> most{};       ///< the cause that grew most, where one is known to
  bytes most_by{};                   ///< how much
  std::optional<grown_part> part{};  ///< of that cause, where its parts are listed

  [[nodiscard]] constexpr auto as_finding() const noexcept -> finding {
    return {finding_kind::growth, unowned, rss};
  }
};

/// Looks for what grew between two ledgers.
class growth_search {
  // What lies under causes is not the source's in the ledger, and yet it says that it is.
  template <class Layout>
  static constexpr void owned(ledger<Layout> const& before, ledger<Layout> const& after, bytes& was,
                              bytes& is) noexcept {
    for (std::size_t i = 0; i < Layout::size; ++i) {
      auto const& a = before.sources[i];
      auto const& b = after.sources[i];
      bool const measured = a.resident && b.resident;
      was += measured ? *a.resident : a.said.used;
      is += measured ? *b.resident : b.said.used;
    }
  }

  template <class Layout>
  static constexpr void find_cause(ledger<Layout> const& before, ledger<Layout> const& after,
                                   ledger_growth& into) noexcept {
    for (std::size_t i = 0; i < cause_count; ++i) {
      auto const& was = before.causes[i];
      auto const& is = after.causes[i];
      if (was.worth == quality::unavailable || is.worth == quality::unavailable) continue;
      if (is.resident - was.resident <= into.most_by) continue;
      into.most = static_cast<cause>(i);
      into.most_by = is.resident - was.resident;
    }
  }

  // Only the largest parts are listed: one that stands in the later table alone may have been there
  // before, and smaller, unless the earlier one lists them all.
  template <class Table, class Same, class Amount, class Name>
  static constexpr void find_part(Table const& before, Table const& after, ledger_growth& into,
                                  Same const& is_same, Amount const& amount,
                                  Name const& name) noexcept {
    for (auto const& is : after) {
      bool known = before.others() == 0;
      bytes was{};
      for (auto const& one : before) {
        if (!is_same(one, is)) continue;
        known = true;
        was += amount(one);
      }
      auto const by = amount(is) - was;
      if (!known || by <= (into.part ? into.part->by : bytes{})) continue;
      into.part = name(is);
      into.part->by = by;
    }
  }

  template <class Ledger>
  static constexpr void find_part(Ledger const& before, Ledger const& after,
                                  ledger_growth& into) noexcept {
    auto const resident = [](auto const& one) noexcept { return one.resident; };
    auto const is_same = [](auto const& a, auto const& b) noexcept { return a.is_same(b); };
    switch (facts_of(*into.most).parts) {
      case cause_parts::none: return;
      case cause_parts::files:
        return find_part(
            before.files, after.files, into, is_same,
            [kind = file_part_of(*into.most)](auto const& one) noexcept { return one.*kind; },
            [](auto const& one) noexcept { return grown_part{.name = one.path}; });
      case cause_parts::names:
        return find_part(before.names, after.names, into, is_same, resident,
                         [](auto const& one) noexcept { return grown_part{.name = one.name}; });
      case cause_parts::mappings:
        // The kernel joins a new mapping with the one beside it, above or below.
        return find_part(
            before.mappings, after.mappings, into,
            [](auto const& a, auto const& b) noexcept {
              return a.begin < b.end && b.begin < a.end;
            },
            resident,
            [](auto const& one) noexcept {
              return grown_part{.begin = one.begin, .end = one.end};
            });
    }
  }

 public:
  template <class Layout>
  [[nodiscard]] static constexpr auto find(ledger<Layout> const& before,
                                           ledger<Layout> const& after,
                                           doctor_thresholds const& when) noexcept
      -> std::optional<ledger_growth> {
    if (!before.rss || !after.rss) return std::nullopt;
    bytes was{};
    bytes is{};
    owned(before, after, was, is);
    ledger_growth found{.rss = *after.rss - *before.rss, .span_ms = after.ms_since(before)};
    found.unowned = found.rss - (is - was);
    if (!when.growth.passed_by(found.unowned, *before.rss) ||
        !when.growth_unowned.passed_by(found.unowned, found.rss)) {
      return std::nullopt;
    }
    find_cause(before, after, found);
    if (found.most) find_part(before, after, found);
    return found;
  }
};

/// How RSS grew from one ledger of a process to a later one of the same, if that is much and no source
/// explains most of it. A source that grew explains as much: on the kernel's axis where it offers ranges,
/// else by what it says that it uses.
///
///     if (auto const more = memscape::grown(before, auditor.last())) complain(more->unowned);
///
/// Errors: nothing where RSS could not be read; no cause where mappings could not be.
/// Cost: one pass, and one over the tables of parts for each part; no allocation. Threads: any.
template <class Layout>
[[nodiscard]] constexpr auto grown(ledger<Layout> const& before, ledger<Layout> const& after,
                                   doctor_thresholds const& when = {}) noexcept
    -> std::optional<ledger_growth> {
  return growth_search::find(before, after, when);
}

}  // namespace memscape::inline v0
