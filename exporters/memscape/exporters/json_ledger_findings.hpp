// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <iterator>
#include <memscape/exporters/json_member.hpp>
#include <memscape/exporters/json_text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>

namespace memscape::inline v0 {

/// What the doctor finds in a ledger, as JSON: a part of `json_ledger`.
/// Cost: that of `diagnose`, and one pass. Threads: any; nothing is kept.
class json_ledger_findings {
  template <class Layout>
  static constexpr void put_finding(writer& to, finding const& of) noexcept {
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
    put_json_string(to, of.advice());
    to.put('}');
  }

 public:
  /// The member `findings`, behind others.
  template <class Layout>
  static constexpr void put(writer& to, ledger<Layout> const& of,
                            doctor_thresholds const& when) noexcept {
    to.put(",\"findings\":[");
    bool is_first = true;
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
    writer counter;
    for (std::size_t i = 0; i < std::size(finding_texts); ++i) {
      auto const kind = static_cast<finding_kind>(i);
      for (std::size_t source = is_of_a_source(kind) ? 0 : Layout::size; source <= Layout::size;
           ++source) {
        counter.put(',');
        put_finding<Layout>(counter, {kind, bytes::max(), bytes::max(), source});
      }
    }
    return counter.size();
  }();
};

}  // namespace memscape::inline v0
