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

  static constexpr void put_label(writer& to, std::string_view name,
                                  std::string_view value) noexcept {
    to.put(name);
    to.put("=\"");
    put_metric_label(to, value);
    to.put('"');
  }

  // A sample's name and the policy's labels; the labels of a node may follow.
  template <class Struct>
  static constexpr void put_sample(writer& to, metric_family<Struct> const& of,
                                   bool of_node) noexcept {
    put_name(to, of);
    put_total(to, of);
    char before = '{';
    for (auto const& label : Policy::labels) {
      to.put(before);
      put_label(to, label.name, label.value);
      before = ',';
    }
    if (of_node) {
      to.put(before);
    } else {
      to.put(before == '{' ? " " : "} ");
    }
  }

  template <class Layout>
  static constexpr void put_node(writer& to, layout_node const& node) noexcept {
    put_label(to, "subsystem", node.key);
    if (!node.is_root()) {
      to.put(',');
      put_label(to, "parent", Layout::nodes[node.parent].key);
    }
    if (Policy::with_node_labels) {
      to.put(',');
      put_label(to, "label", node.label);
    }
    to.put("} ");
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
  struct leaf_list {
    struct leaf {
      std::size_t node;
      std::size_t begin;
      std::size_t size;
    };
    std::array<leaf, Leaves> all{};
    std::array<char, Size> text{};

    [[nodiscard]] constexpr auto labels(leaf of) const noexcept -> std::string_view {
      return {text.data() + of.begin, of.size};
    }
  };

  template <class Layout>
  [[nodiscard]] static consteval auto make_leaves() noexcept {
    constexpr auto count_and_size = [] {
      std::array<std::size_t, 2> sum{};
      writer counter;
      for (auto const& node : Layout::nodes) {
        if (node.is_group) continue;
        metric_names::put_node<Layout>(counter, node);
        ++sum[0];
      }
      sum[1] = counter.size();
      return sum;
    }();
    leaf_list<count_and_size[0], count_and_size[1]> list;
    writer to{list.text};
    auto* next = list.all.data();
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (Layout::nodes[i].is_group) continue;
      auto const begin = to.size();
      put_node<Layout>(to, Layout::nodes[i]);
      *next++ = {i, begin, to.size() - begin};
    }
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
    metric_names::put_sample(to, Families[Index], false);
  });

  /// A sample of a leaf, up to the leaf's labels.
  template <auto const& Families, std::size_t Index>
  static constexpr auto sample =
      text_of([](writer& to) { metric_names::put_sample(to, Families[Index], true); });

  /// The leaves of a tree, and the labels of each up to the number: one text, so that a large tree takes
  /// a loop and no more code.
  template <class Layout>
  static constexpr auto leaves = make_leaves<Layout>();
};

}  // namespace memscape::inline v0
