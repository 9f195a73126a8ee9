// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/head.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/exporters/metrics/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// What a page of metrics says of each metric, and its samples' names and labels up to those of a leaf,
/// as constants, escaped.
/// Cost: none at run time.
template <metric_format Format, class Policy>
class metric_names {
  static constexpr bool is_openmetrics = Format == metric_format::openmetrics;

  static constexpr void put_name(writer& to, metric_head const& of) noexcept {
    if (of.prefixed) {
      to.put(Policy::prefix);
      to.put('_');
    }
    to.put(of.name);
  }

  static constexpr void put_total(writer& to, metric_head const& of) noexcept {
    if (of.is_counter) to.put("_total");
  }

  // A counter's `_total` is part of its name for Prometheus, and only of its samples' for OpenMetrics.
  static constexpr void put_line(writer& to, std::string_view begin,
                                 metric_head const& of) noexcept {
    to.put(begin);
    put_name(to, of);
    if (!is_openmetrics) put_total(to, of);
  }

  // What `put` writes, as an array of that size.
  template <class Put>
  [[nodiscard]] static consteval auto text_of(Put) noexcept {
    constexpr std::size_t size = [] {
      writer counter;
      Put{}(counter);
      return counter.size();
    }();
    std::array<char, size> text{};
    writer to{text};
    Put{}(to);
    return text;
  }

 public:
  /// Writes HELP, TYPE, and UNIT.
  static constexpr void put_head(writer& to, metric_head const& of) noexcept {
    put_line(to, "# HELP ", of);
    to.put(' ');
    put_metric_help(to, Policy::help(of.name, of.help), Format);
    put_line(to, "\n# TYPE ", of);
    to.put(of.is_counter ? " counter\n" : " gauge\n");
    if (is_openmetrics && !of.unit.empty()) {
      put_line(to, "# UNIT ", of);
      to.put(' ');
      to.put(of.unit);
      to.put('\n');
    }
  }

  /// Writes a sample's name and the policy's labels; where more labels follow, up to them.
  static constexpr void put_sample(writer& to, metric_head const& of, bool more_labels) noexcept {
    put_name(to, of);
    put_total(to, of);
    char before = '{';
    for (auto const& label : Policy::labels) {
      to.put(before);
      put_metric_pair(to, label.name, label.value);
      before = ',';
    }
    if (more_labels) {
      to.put(before);
    } else {
      to.put(before == '{' ? " " : "} ");
    }
  }

  /// What stands before the samples of a metric: HELP, TYPE, and UNIT.
  template <auto const& Rows, std::size_t Index>
  static constexpr auto head =
      text_of([](writer& to) { metric_names::put_head(to, Rows[Index].of); });

  /// A metric of one sample, up to its number.
  template <auto const& Rows, std::size_t Index>
  static constexpr auto scalar = text_of([](writer& to) {
    metric_names::put_head(to, Rows[Index].of);
    metric_names::put_sample(to, Rows[Index].of, false);
  });

  /// A sample of a leaf, up to the leaf's labels.
  template <auto const& Rows, std::size_t Index>
  static constexpr auto sample =
      text_of([](writer& to) { metric_names::put_sample(to, Rows[Index].of, true); });
};

}  // namespace memscape::inline v0
