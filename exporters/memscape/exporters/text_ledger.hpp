// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/exporters/text_amount.hpp>
#include <memscape/exporters/text_findings.hpp>
#include <memscape/exporters/text_label.hpp>
#include <memscape/exporters/text_lines.hpp>
#include <memscape/exporters/text_options.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/doctor.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/ledger/ledger_growth.hpp>
#include <optional>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// A ledger for a terminal, a log or a bug report, to stand below the picture that `text` draws: what is
/// resident in subsystems, then the causes, the largest first, then what is unexplained. Together they are RSS.
/// Below, what the process costs outside of it, and what the doctor finds, a sentence each.
///
///     memscape::text_ledger::write(room, auditor.last(), auditor.last().age_ms(now_ms));
///
/// Errors: an empty text when `out` is too small, which `max_size` rules out; never a part of it.
/// Cost: one pass and a sort of a few rows; no allocation, no lock, no exception. Threads: any.
class text_ledger {
  static constexpr std::size_t most_label_columns = 40;
  static constexpr std::size_t amount_columns = 8;   // 1023 KiB
  static constexpr std::size_t percent_columns = 6;  // 100.0%
  static constexpr std::string_view indent = "  ";

  struct row {
    std::string_view prefix{};
    std::string_view name{};
    std::optional<bytes> resident{};
  };
  template <class Ledger>
  static constexpr std::size_t most_rows = cause_count + decltype(Ledger::names)::capacity;

  template <class Layout>
  class table {
   public:
    constexpr explicit table(ledger<Layout> const& of) noexcept {
      of.each_cause([this](std::string_view prefix, std::string_view name,
                           cause_account const& account) noexcept {
        if (account.resident == bytes{}) return;
        auto at = size_++;
        for (; at > 0 && rows_[at - 1].resident < account.resident; --at) rows_[at] = rows_[at - 1];
        rows_[at] = {prefix, name, account.resident};
      });
    }
    [[nodiscard]] constexpr auto begin() const noexcept { return rows_.begin(); }
    [[nodiscard]] constexpr auto end() const noexcept {
      return rows_.begin() + static_cast<std::ptrdiff_t>(size_);
    }

   private:
    std::array<row, most_rows<ledger<Layout>>> rows_{};
    std::size_t size_ = 0;
  };

  [[nodiscard]] static constexpr auto tenths(bytes part, bytes whole) noexcept -> unsigned {
    constexpr auto most = (std::numeric_limits<std::uint64_t>::max)();
    auto a = part.value();
    auto b = whole.value();
    for (; a > most / 2000; a /= 2) b /= 2;
    return b == 0 ? 0
                  : static_cast<unsigned>(std::min<std::uint64_t>((a * 1000 + b / 2) / b, 9999));
  }

  template <class Lines>
  static constexpr void put_row(writer& to, Lines& lines, row const& of, std::size_t label_columns,
                                std::optional<bytes> const& rss, text_options const& how) noexcept {
    to.put(indent);
    auto used = text_label::put_start(to, of.prefix, label_columns, how.unicode);
    used += text_label::put(to, of.name, label_columns - used, how.unicode);
    lines.blanks(label_columns - used);
    lines.cell(text_amount::of(of.resident).view(), amount_columns);
    bool const has_share = of.resident && rss && rss->value() > 0;
    auto const share =
        has_share ? text_amount::percent(tenths(*of.resident, *rss)) : text_amount::none();
    lines.cell(share.view(), percent_columns);
    to.put('\n');
  }

  // What is resident of the sources that say where their memory lies; absent where none does.
  template <class Layout>
  [[nodiscard]] static constexpr auto of_sources(ledger<Layout> const& of) noexcept
      -> std::optional<bytes> {
    std::optional<bytes> sum;
    for (auto const& source : of.sources) {
      if (source.worth != quality::unavailable) sum = sum.value_or(bytes{}) + source.resident;
    }
    return sum;
  }

  template <class Layout>
  static constexpr void put(writer& to, ledger<Layout> const& of, std::uint64_t age_ms,
                            text_options const& how, doctor_thresholds const& when,
                            std::optional<ledger_growth> const& grew) noexcept {
    text_lines<writer> lines{to, how};
    lines.piece(" ", text_style::bold, "Ledger of ", text_amount::of(count{age_ms / 1000}).view(),
                " s ago:");
    lines.piece(" ", {}, "RSS ", text_amount::of(of.rss).view(), ",");
    lines.piece(" ", {}, "closure error ", text_amount::of(of.closure_error).view());
    lines.end();

    table<Layout> const causes{of};
    row const sources{{}, "in subsystems", of_sources(of)};
    row const unexplained{{}, "unexplained", of.unexplained};
    auto longest = sources.name.size();
    for (auto const& one : causes) {
      longest =
          (std::max)(longest, one.prefix.size() + text_label::columns_of(one.name, how.unicode));
    }
    constexpr std::size_t cells = indent.size() + 1 + amount_columns + 1 + percent_columns;
    auto const room = lines.columns() > cells ? lines.columns() - cells : 1;
    auto const label_columns = (std::min)({longest, room, most_label_columns});
    put_row(to, lines, sources, label_columns, of.rss, how);
    for (auto const& one : causes) put_row(to, lines, one, label_columns, of.rss, how);
    if (of.unexplained) put_row(to, lines, unexplained, label_columns, of.rss, how);
    put_outside(lines, of.outside_rss);
    text_findings::put(lines, of, when, grew);
  }

  template <class Lines>
  static constexpr void put_outside(Lines& lines, outside_account const& of) noexcept {
    std::string_view before = "outside RSS: ";
    auto const put = [&](std::string_view name, std::optional<bytes> const& amount) {
      if (!amount) return;
      lines.piece(", ", {}, before, name, " ", text_amount::of(amount).view());
      before = {};
    };
    put("page tables", of.page_tables);
    put("swap", of.swap);
    put("hugetlb", of.hugetlb);
    put("cgroup kernel", of.cgroup_kernel);
    put("cgroup sockets", of.cgroup_socket);
  }

 public:
  /// Writes it; every line ends in a newline. `age_ms` is how old the ledger is now, `when` is when the
  /// doctor speaks, and `grew` what it grew by, if the caller knows an earlier ledger.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, ledger<Layout> const& of,
                                            std::uint64_t age_ms, text_options how = {},
                                            doctor_thresholds const& when = {},
                                            std::optional<ledger_growth> const& grew = {}) noexcept
      -> std::string_view {
    writer to{out};
    put(to, of, age_ms, how, when, grew);
    return to.text();
  }

  /// What is enough for any ledger and any options. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    // In a column stand three characters of UTF-8 at most: one, and two marks on it.
    constexpr std::size_t row_size = indent.size() + most_label_columns * 12 + 1 + amount_columns +
                                     1 + percent_columns + 1 + text_label::cut_bytes;
    constexpr std::size_t sentences = 1024;
    return sentences + (most_rows<ledger<Layout>> + 2) * row_size + text_findings::max_size<Layout>;
  }();
};

}  // namespace memscape::inline v0
