// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/exporters/common/growth_sentence.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// In place of lines: counts what they take at most, whatever their width.
class text_bound {
 public:
  constexpr void end() noexcept {}
  constexpr void hang(std::size_t) noexcept {}
  template <class... Parts>
  constexpr void piece(std::string_view, std::string_view style, Parts const&... parts) noexcept {
    // An end of a line, what it hangs by, and an ellipsis.
    size_ += 3 + 1 + text_label::cut_bytes;
    if (!style.empty()) size_ += style.size() + text_style::off.size();
    (put(parts), ...);
  }
  [[nodiscard]] constexpr auto size() const noexcept -> std::size_t { return size_; }

 private:
  // Of a strange byte comes an escape of four characters at most.
  constexpr void put(std::string_view part) noexcept {
    for (char const c : part) size_ += c >= 0x20 && c < 0x7F ? 1 : 4;
  }

  std::size_t size_ = 0;
};

/// What the doctor finds in a ledger, and growth, in sentences below it: a part of `text_ledger`. What
/// somebody should look at begins with `!`, what is good to know with `-`.
///
///     ! RSS has grown by 300 MiB in 2 h 14 min, and 290 MiB of that is no
///       subsystem's. Most of it: malloc.heap, 280 MiB more.
///     - LVAL Slab: 18.0 MiB of 24.0 MiB. In RAM and not handed out: …
///
/// Cost: that of `diagnose`. Threads: any; nothing is kept.
class text_findings {
  // Begins a sentence; the rest of it hangs below its first word.
  template <class Lines>
  static constexpr auto begin(Lines& to, finding_kind kind) noexcept {
    bool const warns = is_warning(kind);
    auto const style = warns ? text_style::yellow : std::string_view{};
    to.end();
    to.hang(2);
    to.piece({}, style, std::string_view{warns ? "!" : "-"});
    return [&to, style](auto const&... parts) noexcept {
      to.piece(" ", style, std::string_view{parts}...);
    };
  }

  template <class Layout, class Lines>
  static constexpr void put_finding(Lines& to, finding const& of) noexcept {
    auto const say = begin(to, of.kind);
    if (of.source < Layout::size) say(Layout::nodes[of.source].label, ":");
    say(text_amount::of(of.amount).view());
    say("of");
    say(text_amount::of(of.whole).view(), ".");
    each_word(of.advice(), say);
  }

  template <class Lines>
  static constexpr void put_growth(Lines& to, ledger_growth const& of) noexcept {
    growth_sentence::each_word_of(of, begin(to, finding_kind::growth));
  }

  // What the labels of these nodes take, by whether they are part of a warning.
  template <class Layout, std::size_t Begin, std::size_t End>
  static constexpr auto labels_of = [] {
    std::array<std::size_t, 2> sizes{};
    for (std::size_t i = Begin; i < End; ++i) {
      for (bool const warns : {false, true}) {
        text_bound one;
        one.piece(" ", warns ? text_style::yellow : std::string_view{}, Layout::nodes[i].label,
                  std::string_view{":"});
        sizes[warns ? 1 : 0] += one.size();
      }
    }
    return sizes;
  }();

 public:
  /// Writes them, a sentence each, the growth first; and none where there is none.
  template <class Lines, class Layout>
  static constexpr void put(Lines& to, ledger<Layout> const& of, doctor_thresholds const& when,
                            std::optional<ledger_growth> const& grew) noexcept {
    if (grew) put_growth(to, *grew);
    diagnose(of, [&to](finding const& one) noexcept { put_finding<Layout>(to, one); }, when);
    to.end();
    to.hang(0);
  }

  /// What is enough for all that can be found. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    std::size_t sum = 0;
    text_bound all;
    for (std::size_t i = 0; i < std::size(finding_texts); ++i) {
      auto const kind = static_cast<finding_kind>(i);
      text_bound one;
      put_finding<Layout>(one, {kind, bytes{1023U << 20U}, bytes{1023U << 20U}, Layout::size});
      sum += one.size();
      if (!is_of_a_source(kind)) continue;
      each_node_block<Layout::size>([&]<std::size_t Begin, std::size_t End>() {
        sum += (End - Begin) * one.size() + labels_of<Layout, Begin, End>[is_warning(kind) ? 1 : 0];
      });
    }
    ledger_growth worst{
        .rss = (bytes::max)(), .unowned = (bytes::max)(), .most_by = (bytes::max)()};
    worst.span_ms = (std::numeric_limits<std::uint64_t>::max)();
    worst.part = grown_part{.begin = worst.span_ms, .end = worst.span_ms, .by = (bytes::max)()};
    worst.most = longest_cause();
    put_growth(all, worst);
    // Or a name, which is longer than two addresses.
    return sum + all.size() + 4 * sizeof(grown_part::name);
  }();
};

}  // namespace memscape::inline v0
