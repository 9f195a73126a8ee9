// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memscape/exporters/common/growth_sentence.hpp>
#include <memscape/exporters/json/member.hpp>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <optional>

namespace memscape::inline v0 {

/// What the doctor finds in a ledger, and growth, as JSON: a part of `json_ledger`.
/// Cost: that of `diagnose`, and one pass. Threads: any; nothing is kept.
class json_ledger_findings {
  template <class Layout>
  static constexpr void put_figures(writer& to, finding const& of) noexcept {
    to.put("{\"name\":\"");
    to.put(of.name());
    to.put("\",\"source\":");
    if (of.source < Layout::size) {
      put_json_string(to, Layout::nodes[of.source].key);
    } else {
      to.put("null");
    }
    json_member::put(to, ",\"amount\":", of.amount);
    json_member::put(to, ",\"whole\":", of.whole);
    to.put(",\"text\":");
  }

  template <class Layout>
  static constexpr void put_finding(writer& to, finding const& of) noexcept {
    put_figures<Layout>(to, of);
    put_json_string(to, of.advice());
    to.put('}');
  }

  template <class Layout>
  static constexpr void put_growth(writer& to, ledger_growth const& of) noexcept {
    put_figures<Layout>(to, of.as_finding());
    char before = '"';
    growth_sentence::each_word_of(of, [&](auto const&... parts) noexcept {
      to.put(before);
      before = ' ';
      (put_json_characters(to, parts), ...);
    });
    to.put("\"}");
  }

 public:
  /// The member `findings`, behind others: the growth, if there is one, and what the doctor finds.
  template <class Layout>
  static constexpr void put(writer& to, ledger<Layout> const& of, doctor_thresholds const& when,
                            std::optional<ledger_growth> const& grew = {}) noexcept {
    to.put(",\"findings\":[");
    bool is_first = !grew;
    if (grew) put_growth<Layout>(to, *grew);
    diagnose(
        of,
        [&](finding const& one) noexcept {
          if (!is_first) to.put(',');
          is_first = false;
          put_finding<Layout>(to, one);
        },
        when);
    to.put(']');
  }

  /// What is enough for all that can be found. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    std::size_t sum = 0;
    writer counter;
    for (std::size_t i = 0; i < std::size(finding_texts); ++i) {
      auto const kind = static_cast<finding_kind>(i);
      writer one;
      one.put(',');
      put_finding<Layout>(one, {kind, (bytes::max)(), (bytes::max)(), Layout::size});
      sum += one.size();
      if (!is_of_a_source(kind)) continue;
      // With a key in quotes in place of `null`.
      for (auto const& node : Layout::nodes) sum += one.size() + node.key.size();
    }
    ledger_growth worst{
        .rss = (bytes::max)(), .unowned = (bytes::max)(), .most_by = (bytes::max)()};
    worst.span_ms = (std::numeric_limits<std::uint64_t>::max)();
    worst.most = longest_cause();
    worst.part = grown_part{.begin = worst.span_ms, .end = worst.span_ms, .by = (bytes::max)()};
    put_growth<Layout>(counter, worst);
    // Or a name, each byte of which takes six at most.
    return sum + counter.size() + 6 * sizeof(grown_part::name);
  }();
};

}  // namespace memscape::inline v0
