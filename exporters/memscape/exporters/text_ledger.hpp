// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memscape/core/bytes.hpp>
#include <memscape/core/count.hpp>
#include <memscape/core/process_memory.hpp>
#include <memscape/exporters/text/account.hpp>
#include <memscape/exporters/text/amount.hpp>
#include <memscape/exporters/text/findings.hpp>
#include <memscape/exporters/text/label.hpp>
#include <memscape/exporters/text_limits.hpp>
#include <memscape/exporters/text/lines.hpp>
#include <memscape/exporters/text/notes.hpp>
#include <memscape/exporters/text/options.hpp>
#include <memscape/exporters/text/table.hpp>
#include <memscape/exporters/text/widest_label.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <memscape/registry/snapshot.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// RSS without remainder for a terminal, a log or a bug report: what is resident, by the subsystem that owns it,
/// then by what it is there for, the largest first, then what is unexplained. Together they are RSS as the ledger
/// found it, and the percentages are 100.0. Beside it stands what each subsystem says that it uses. Where there
/// is a ledger this stands in place of the picture that `text` draws, which knows only the latter.
///
///     memscape::text_ledger::write(room, auditor.last(), memory.collect(),
///                                  auditor.last().age_ms(memscape::monotonic_clock::now()));
///
/// A subsystem that does not say where its memory lies is listed under malloc, if it says that, else under a row
/// of its own: with the groups that it is in, with what it uses and no percentage, because what of it is resident is
/// counted elsewhere. A ledger that is older than a minute is marked as stale.
/// Below stand the process and its limits as of the snapshot, what is outside RSS, and what the doctor finds, a
/// sentence each. Errors: an empty text when `out` is too small, which `max_size` rules out; never a part of it.
/// Cost: one pass and a sort of a few rows; about 120 bytes of stack a row; no allocation, no lock, no exception.
/// Threads: any.
class text_ledger {
  using table = text_table<writer>;
  using lines = text_lines<writer>;
  static constexpr std::size_t most_label_columns = 40;
  static constexpr std::string_view unexplained_label = "unexplained";
  static constexpr std::uint64_t stale_ms = 60'000;

  template <class Layout>
  static constexpr void put_rows(table& to, text_account<Layout> const& all,
                                 ledger<Layout> const& of) noexcept {
    to.put_head("resident", "used", of.rss ? "of RSS" : "of sum");
    for (std::size_t i = 0; i < all.size(); ++i) {
      auto const style = all[i].used ? text_style::cyan : std::string_view{};
      to.put_node(all, i, all.whole(), {all[i].amount, all[i].used, all.tenths(i), style});
    }
    to.put_row(unexplained_label, all.whole(),
               {of.unexplained, {}, all.unexplained_tenths(), text_style::dim});
    to.put_rule();
  }

  template <class Layout>
  static constexpr void put_sum(lines& to, ledger<Layout> const& of,
                                std::uint64_t age_ms) noexcept {
    to.piece(" ", text_style::bold, "RSS ", text_amount::of(of.rss).view());
    auto const is_stale = age_ms > stale_ms;
    to.piece(" ", is_stale ? text_style::yellow : std::string_view{},
             text_amount::of(count{age_ms / 1000}).view(),
             is_stale ? std::string_view{" s ago (stale),"} : " s ago,");
    to.piece(" ", {}, "closure error ", text_amount::of(of.closure_error).view());
    to.end();
  }

  static constexpr void put_outside(lines& to, outside_account const& of) noexcept {
    std::string_view before = "outside RSS: ";
    auto const put = [&](std::string_view name, std::optional<bytes> const& amount) {
      if (!amount) return;
      to.piece(", ", {}, before, name, " ", text_amount::of(amount).view());
      before = {};
    };
    put("page tables", of.page_tables);
    put("swap", of.swap);
    put("hugetlb", of.hugetlb);
    put("cgroup kernel", of.cgroup_kernel);
    put("cgroup sockets", of.cgroup_socket);
    to.end();
  }

  // Whose malloc it is, where that is not the C library's.
  static constexpr void put_malloc(lines& to, std::string_view object, bool has_numbers) noexcept {
    if (object.empty()) return;
    to.piece(" ", {}, "malloc is not the C library's but of");
    to.piece(" ", {}, object, ":");
    to.piece(" ", {}, has_numbers ? "numbers are of calls that it passed on" : "no numbers");
    to.end();
  }

  // A name that a program gave to its memory may be of any length.
  template <class Layout>
  static constexpr std::size_t most_columns =
      [] { return (std::max)(most_label_columns, widest_label<Layout, true>); }();

  template <class Layout>
  [[nodiscard]] static constexpr auto label_columns(text_account<Layout> const& all,
                                                    bool unicode) noexcept -> std::size_t {
    auto longest = unexplained_label.size();
    for (std::size_t i = 0; i < all.size(); ++i) {
      longest = (std::max)(longest, table::label_columns(all[i], unicode));
    }
    return (std::min)(longest, most_columns<Layout>);
  }

  // `below` writes what stands between the sum and what is outside it.
  template <class Layout, class PutBelow>
  [[nodiscard]] static constexpr auto write_with(std::span<char> out, ledger<Layout> const& of,
                                                 std::uint64_t age_ms, text_options const& how,
                                                 doctor_thresholds const& when,
                                                 std::optional<ledger_growth> const& grew,
                                                 PutBelow const& below) noexcept
      -> std::string_view {
    writer to{out};
    text_account<Layout> const all{of};
    table rows{to, how, label_columns(all, how.unicode), true};
    put_rows(rows, all, of);
    auto& text = rows.lines();
    put_sum(text, of, age_ms);
    below(text);
    put_outside(text, of.outside_rss);
    put_malloc(text, of.malloc_object.view(), of.malloc.has_value());
    text_findings::put(text, of, when, grew);
    return to.text();
  }

 public:
  static constexpr std::string_view content_type = "text/plain; charset=utf-8";

  /// Writes it; every line ends in a newline. `age_ms` is how old the ledger is now, `when` is when the
  /// doctor speaks, and `grew` what it grew by, if the caller knows an earlier ledger.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, ledger<Layout> const& of,
                                            std::uint64_t age_ms, text_options how = {},
                                            doctor_thresholds const& when = {},
                                            std::optional<ledger_growth> const& grew = {}) noexcept
      -> std::string_view {
    return write_with(out, of, age_ms, how, when, grew, [](lines&) noexcept {});
  }

  /// The same, and below it what a snapshot of now says of the process, and its limits.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, ledger<Layout> const& of,
                                            snapshot<Layout> const& now, std::uint64_t age_ms,
                                            text_options how = {},
                                            doctor_thresholds const& when = {},
                                            std::optional<ledger_growth> const& grew = {}) noexcept
      -> std::string_view {
    return write_with(out, of, age_ms, how, when, grew, [&](lines& to) noexcept {
      text_notes<writer>::put_process(to, now.process, how.unicode, "now ");
      text_notes<writer>::put_reasons(to, now.process, now.process.errors);
      if constexpr (requires { now.process.limits; }) {
        text_limits::put(to, now.process.limits, how.unicode);
      }
    });
  }

  /// What is enough for any ledger and any options. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    // In a column stand three characters of UTF-8 at most: one, and two marks on it; in one of a bar, one.
    constexpr std::size_t figures = 2 * (1 + table::amount_columns) + 1 + table::percent_columns;
    constexpr std::size_t colours = 2 * (text_style::cyan.size() + text_style::off.size());
    constexpr auto row = most_columns<Layout> * 12 + text_label::cut_bytes + 1 +
                         text_bar::most_columns * 3 + figures + colours + 1;
    // The head, what is unexplained, and the rule.
    constexpr auto rows = (text_account<Layout>::capacity + 3) * row;
    constexpr std::size_t sentences = 4096;
    return rows + sentences + text_limits::max_size + text_findings::max_size<Layout>;
  }();
};

}  // namespace memscape::inline v0
