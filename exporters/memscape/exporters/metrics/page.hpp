// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/exporters/metrics/detail.hpp>
#include <memscape/exporters/metrics/format.hpp>
#include <memscape/exporters/metrics/head.hpp>
#include <memscape/exporters/metrics/leaves.hpp>
#include <memscape/exporters/metrics/names.hpp>
#include <memscape/exporters/metrics/policy.hpp>
#include <memscape/exporters/metrics/rows.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// A snapshot as a page of metrics. Only leaves are there, each with its key as `subsystem` and the key
/// of the group that it is in as `parent`, so that no sum counts anything twice. What a detailed reader
/// knows is there too. What is absent is left out, and a metric without a sample is left out whole.
///
/// Errors: an empty text when `out` is too small, which `max_size` rules out; never a part of a page. A
/// policy that no scraper could take does not compile.
/// Cost: one pass over names that are constants; no allocation, no lock, no exception. Threads: any.
/// Source: https://github.com/prometheus/docs/blob/main/docs/instrumenting/exposition_formats.md,
/// https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
template <metric_format Format, class Policy = metric_policy>
class metric_page {
  static_assert(
      is_metric_name(Policy::prefix),
      "memscape: give this policy a prefix of the form [a-zA-Z_][a-zA-Z0-9_]*, without two "
      "underscores at its front.");
  static_assert(labels_have_names<Policy>(),
                "memscape: write the names of this policy's labels in the form "
                "[a-zA-Z_][a-zA-Z0-9_]*, without two underscores at their front.");
  static_assert(labels_are_unique<Policy>(),
                "memscape: give each of this policy's labels a name of its own: 'subsystem' and "
                "'parent' are set by the page, and so is 'label' where the policy asks for it.");

  using names = metric_names<Format, Policy>;

  static constexpr auto const& process_rows = metric_table<process_fields, is_common_metric>;
  static constexpr auto const& balance_rows = metric_table<balance_fields, is_own_metric>;
  static constexpr auto const& usage_rows = metric_table<usage_fields, is_own_metric>;

  // Writers are passed by value and handed back: one whose address is given away lives in memory instead
  // of a register. Nothing here depends on the tree's type, so that a second tree takes no more code.
  template <auto const& Rows, class Writer, class Struct, std::size_t... Index>
  [[gnu::always_inline]] static constexpr auto put_scalars(Writer to, Struct const& of,
                                                           std::index_sequence<Index...>) noexcept
      -> Writer {
    auto const put = [&to](auto const& name, wire_number value) {
      if (!value) return;
      to.put(name);
      to.number(*value);
      to.put('\n');
    };
    (put(names::template scalar<Rows, Index>, Rows[Index].get(of)), ...);
    return to;
  }

  template <std::size_t Index, class Writer>
  [[gnu::always_inline]] static constexpr auto put_samples(Writer to,
                                                           std::span<metric_leaf const> leaves,
                                                           usage const* nodes) noexcept -> Writer {
    Writer const before = to;
    to.put(names::template head<usage_rows, Index>);
    bool any = false;
    for (auto const& leaf : leaves) {
      auto const value = usage_rows[Index].get(nodes[leaf.node]);
      if (!value) continue;
      any = true;
      to.put(names::template sample<usage_rows, Index>);
      to.put(leaf.labels);
      to.number(*value);
      to.put('\n');
    }
    return any ? to : before;
  }

  template <class Writer, std::size_t... Index>
  [[gnu::always_inline]] static constexpr auto put_tree(Writer to,
                                                        std::span<metric_leaf const> leaves,
                                                        usage const* nodes,
                                                        std::index_sequence<Index...>) noexcept
      -> Writer {
    ((to = put_samples<Index>(to, leaves, nodes)), ...);
    return to;
  }

  // The tree comes last: the room that its numbers may need bounds what the numbers before it touch.
  template <class Writer, class Process>
  [[nodiscard]] static constexpr auto put_page(Writer to, Process const& process,
                                               memory_balance const& balance,
                                               std::span<metric_leaf const> leaves,
                                               usage const* nodes) noexcept -> Writer {
    if constexpr (Policy::with_process) {
      to = put_scalars<process_rows>(to, process,
                                     std::make_index_sequence<std::size(process_rows)>{});
    }
    if constexpr (detailed<Process> && Policy::with_detail) {
      to = metric_detail<Format, Policy>::put(to, process);
    }
    to =
        put_scalars<balance_rows>(to, balance, std::make_index_sequence<std::size(balance_rows)>{});
    to = put_tree(to, leaves, nodes, std::make_index_sequence<std::size(usage_rows)>{});
    return to;
  }

  template <class Layout, class Writer>
  static constexpr void put(Writer& to, snapshot<Layout> const& snap) noexcept {
    to = put_page(to, snap.process, balance_of(snap),
                  metric_leaves<Layout, Policy::with_node_labels>::all, snap.nodes.data());
  }

  // Untracked has 20 digits only where the roots use little; leaves may use much all the same, because
  // groups that are no sums are not ours to judge.
  template <class Layout>
  [[nodiscard]] static constexpr auto longest() noexcept -> snapshot<Layout> {
    auto const snap = longest_snapshot<Layout>();
    auto groups_only = snap;
    for (std::size_t i = 0; i < Layout::size; i = Layout::nodes[i].end) {
      if (!Layout::nodes[i].is_group) return snap;
      groups_only.nodes[i].used = {};
    }
    return groups_only;
  }

 public:
  static constexpr std::string_view content_type = memscape::content_type(Format);
  /// How a page ends.
  static constexpr std::string_view end = Format == metric_format::openmetrics ? "# EOF\n" : "";

  /// The most that `write` needs, and no more. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    writer counter;
    metric_page::put(counter, metric_page::longest<Layout>());
    return counter.size() + end.size();
  }();

  /// Writes all but the end, for a page on which more stands.
  template <class Layout>
  static constexpr void put_families(writer& to, snapshot<Layout> const& snap) noexcept {
    bool const done =
        Layout::size > 0 &&
        to.unchecked(max_size<Layout>, [&snap](unchecked_writer& fast) { put(fast, snap); });
    if (!done) put(to, snap);
  }

  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out,
                                            snapshot<Layout> const& snap) noexcept
      -> std::string_view {
    writer to{out};
    put_families(to, snap);
    if constexpr (!end.empty()) to.put(end);
    return to.text();
  }
};

}  // namespace memscape::inline v0
