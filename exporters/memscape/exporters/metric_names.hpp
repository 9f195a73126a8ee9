// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/fields.hpp>
#include <memscape/exporters/metric_families.hpp>
#include <memscape/exporters/metric_format.hpp>
#include <memscape/exporters/metric_policy.hpp>
#include <memscape/exporters/metric_text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/tree/layout.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// Everything on a page of metrics but its numbers, as constants, escaped.
/// Cost: none at run time.
template <metric_format Format, class Policy>
class metric_names {
  static constexpr bool is_openmetrics = Format == metric_format::openmetrics;

  template <class Struct>
  static constexpr void put_name(writer& to, metric_family<Struct> const& of) noexcept {
    if (of.prefixed) {
      to.put(Policy::prefix);
      to.put('_');
    }
    to.put(of.name);
  }

  template <class Struct>
  static constexpr void put_total(writer& to, metric_family<Struct> const& of) noexcept {
    if (of.unit == wire_unit::events) to.put("_total");
  }

  // A counter's `_total` is part of its name for Prometheus, and only of its samples' for OpenMetrics.
  template <class Struct>
  static constexpr void put_line(writer& to, std::string_view begin,
                                 metric_family<Struct> const& of) noexcept {
    to.put(begin);
    put_name(to, of);
    if (!is_openmetrics) put_total(to, of);
  }

  template <class Struct>
  static constexpr void put_head(writer& to, metric_family<Struct> const& of) noexcept {
    bool const is_counter = of.unit == wire_unit::events;
    put_line(to, "# HELP ", of);
    to.put(' ');
    put_metric_help(to, Policy::help(of.name, of.help), Format);
    put_line(to, "\n# TYPE ", of);
    to.put(is_counter ? " counter\n" : " gauge\n");
    if (is_openmetrics && !is_counter) {
      put_line(to, "# UNIT ", of);
      to.put(" bytes\n");
    }
  }

  // A sample up to its number; without a node, the process'.
  template <class Struct>
  static constexpr void put_sample(writer& to, metric_family<Struct> const& of,
                                   layout_node const* node = nullptr,
                                   layout_node const* parent = nullptr) noexcept {
    put_name(to, of);
    put_total(to, of);
    char before = '{';
    auto const put = [&to, &before](std::string_view name, std::string_view value) {
      to.put(before);
      to.put(name);
      to.put("=\"");
      put_metric_label(to, value);
      to.put('"');
      before = ',';
    };
    for (auto const& label : Policy::labels) put(label.name, label.value);
    if (node != nullptr) put("subsystem", node->key);
    if (parent != nullptr) put("parent", parent->key);
    if (node != nullptr && Policy::with_node_labels) put("label", node->label);
    to.put(before == '{' ? " " : "} ");
  }

  // The samples of a metric of the leaves; calls `behind(node)` behind each.
  template <class Layout, std::size_t Index, class Behind>
  static constexpr void put_samples(writer& to, Behind const& behind) noexcept {
    for (std::size_t i = 0; i < Layout::size; ++i) {
      auto const& node = Layout::nodes[i];
      if (node.is_group) continue;
      put_sample(to, usage_families[Index], &node,
                 node.is_root() ? nullptr : &Layout::nodes[node.parent]);
      behind(i);
    }
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

  template <std::size_t Leaves, std::size_t Size>
  struct sample_list {
    struct sample {
      std::size_t node;
      std::size_t begin;
      std::size_t end;
    };
    std::array<sample, Leaves> of{};
    std::array<char, Size> text{};
  };

  template <class Layout, std::size_t Index>
  [[nodiscard]] static consteval auto make_samples() noexcept {
    constexpr std::size_t leaves = [] {
      std::size_t n = 0;
      for (auto const& node : Layout::nodes) n += node.is_group ? 0U : 1U;
      return n;
    }();
    constexpr auto text = text_of(
        [](writer& to) { metric_names::put_samples<Layout, Index>(to, [](std::size_t) {}); });
    sample_list<leaves, text.size()> list;
    list.text = text;
    writer counter;
    std::size_t begin = 0;
    auto* next = list.of.data();
    put_samples<Layout, Index>(counter, [&](std::size_t node) {
      *next++ = {node, begin, counter.size()};
      begin = counter.size();
    });
    return list;
  }

 public:
  /// What stands before the samples of a metric: HELP, TYPE, and UNIT.
  template <auto const& Families, std::size_t Index>
  static constexpr auto head =
      text_of([](writer& to) { metric_names::put_head(to, Families[Index]); });

  /// A metric of one sample, up to its number.
  template <auto const& Families, std::size_t Index>
  static constexpr auto scalar = text_of([](writer& to) {
    metric_names::put_head(to, Families[Index]);
    metric_names::put_sample(to, Families[Index]);
  });

  /// The samples of a metric of the leaves, each up to its number: one text and where in it they are, so
  /// that a large tree takes a loop and no more code.
  template <class Layout, std::size_t Index>
  static constexpr auto samples = make_samples<Layout, Index>();
};

}  // namespace memscape::inline v0
