// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/field.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/head.hpp>
#include <memscape/exporters/metrics/names.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/exporters/metrics/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>
#include <type_traits>

namespace memscape::inline v0 {

/// One sample of a page, and the metric that it is of: rows of one metric stand together, and its first
/// announces it.
template <class Struct>
struct metric_row {
  metric_head of{};
  wire_number (*get)(Struct const&) noexcept = nullptr;
  unsigned decimals = 0;  ///< the number counts this decimal place of the unit: 3 for milliseconds
  metric_label label{};   ///< of the sample, if it has a name
};

/// The rows of the fields whose metrics are wanted, those of a lower place first.
template <auto const& Fields, bool (*IsWanted)(field_metric const&) noexcept>
inline constexpr auto metric_table = [] {
  constexpr auto size = [] {
    std::size_t sum = 0;
    for (auto const& field : Fields) {
      if (IsWanted(field.metric)) ++sum;
    }
    return sum;
  }();
  using owner = typename std::remove_cvref_t<decltype(Fields[0])>::owner;
  std::array<metric_row<owner>, size> made{};
  std::size_t next = 0;
  for (unsigned place = 0; next < size; ++place) {
    for (auto const& field : Fields) {
      auto const& of = field.metric;
      if (!IsWanted(of) || of.place != place) continue;
      made[next++] = {metric_head_of(of, field.unit),
                      field.get,
                      metric_decimals(field.unit),
                      {of.label, of.label_value}};
    }
  }
  return made;
}();

/// Writes `value` / 10^`decimals`, exactly.
template <class Writer>
constexpr void put_metric_number(Writer& to, std::uint64_t value, unsigned decimals) noexcept {
  std::uint64_t scale = 1;
  for (unsigned i = 0; i < decimals; ++i) scale *= 10;
  to.number(value / scale);
  if (decimals != 0) to.put('.');
  for (; scale > 1; scale /= 10) to.put(static_cast<char>('0' + value % scale / (scale / 10)));
}

/// Writes a table of rows. What is absent is left out, and a metric without a sample is left out whole.
/// Where the label's value is known only at run time, `IsOpen`, that of the row is not looked at.
/// Cost: a comparison a row, in a loop over constant texts: there are many, and some are always absent.
template <metric_format Format, class Policy, auto const& Rows, bool IsOpen = false>
class metric_rows {
  using names = metric_names<Format, Policy>;

  struct texts {
    std::string_view head{};  // empty for a further sample of the same metric
    std::string_view sample{};
  };

  static constexpr void put_head(writer& to, std::size_t row) noexcept {
    if (row > 0 && Rows[row - 1].of.name == Rows[row].of.name) return;
    names::put_head(to, Rows[row].of);
  }
  static constexpr void put_sample(writer& to, std::size_t row) noexcept {
    auto const& label = Rows[row].label;
    names::put_sample(to, Rows[row].of, !label.name.empty());
    if (label.name.empty()) return;
    if (IsOpen) {
      to.put(label.name);
      return to.put("=\"");
    }
    put_metric_pair(to, label.name, label.value);
    to.put("} ");
  }

  static constexpr std::size_t size = [] {
    writer counter;
    for (std::size_t i = 0; i < std::size(Rows); ++i) {
      metric_rows::put_head(counter, i);
      metric_rows::put_sample(counter, i);
    }
    return counter.size();
  }();
  static constexpr auto text = [] {
    std::array<char, size> made{};
    writer to{made};
    for (std::size_t i = 0; i < std::size(Rows); ++i) {
      metric_rows::put_head(to, i);
      metric_rows::put_sample(to, i);
    }
    return made;
  }();
  static constexpr auto all = [] {
    std::array<texts, std::size(Rows)> made{};
    std::string_view rest{text.data(), text.size()};
    auto const cut = [&rest](std::size_t length) {
      auto const part = rest.substr(0, length);
      rest.remove_prefix(length);
      return part;
    };
    for (std::size_t i = 0; i < std::size(Rows); ++i) {
      writer head;
      metric_rows::put_head(head, i);
      writer sample;
      metric_rows::put_sample(sample, i);
      made[i].head = cut(head.size());
      made[i].sample = cut(sample.size());
    }
    return made;
  }();

 public:
  /// The rows of `of`; where they are open, each label with this value, which needs no escapes.
  template <class Writer, class Struct>
  [[nodiscard]] static constexpr auto put(Writer to, Struct const& of,
                                          std::string_view label_value = {}) noexcept -> Writer {
    // Never a null pointer, which memcpy(3) does not take.
    std::string_view head = "";
    for (std::size_t i = 0; i < std::size(Rows); ++i) {
      if (!all[i].head.empty()) head = all[i].head;
      auto const value = Rows[i].get(of);
      if (!value) continue;
      to.put(head);
      head = "";
      to.put(all[i].sample);
      if constexpr (IsOpen) {
        to.put(label_value);
        to.put("\"} ");
      }
      put_metric_number(to, *value, Rows[i].decimals);
      to.put('\n');
    }
    return to;
  }
};

}  // namespace memscape::inline v0
