// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/core/bytes.hpp>
#include <memscape/exporters/json/longest_ledger.hpp>
#include <memscape/exporters/metrics/leaves.hpp>
#include <memscape/exporters/metrics/ledger_families.hpp>
#include <memscape/exporters/metrics/names.hpp>
#include <memscape/exporters/metrics/page.hpp>
#include <memscape/exporters/metrics/rows.hpp>
#include <memscape/exporters/metrics/text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/ledger/ledger.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// A page of metrics with the last ledger behind the snapshot: where resident memory is, each byte once.
///
///     memscape_memory_attributed_bytes{cause="subsystem",subsystem="lval",parent="gc_heap"} 1048576
///     memscape_memory_attributed_bytes{cause="file.text"} 6000000
///     memscape_memory_unattributed_bytes{part="ledger"} 0
///     memscape_memory_unattributed_bytes{part="since_ledger"} 4096
///
/// A ledger is older than the page's RSS. No cause is made up for the difference, and RSS stays that of the
/// snapshot, as all else on the page: the bytes that RSS has grown by since the ledger are unattributed,
/// and those that it has shrunk by are an error of closure, apart from the ledger's own. So the page closes:
/// process_resident_memory_bytes = Σ attributed + Σ unattributed − Σ closure_error.
///
/// Sources without ranges are in the causes, and have no sample. Every cause has one, also of 0, so that
/// series do not come and go; named memory has at most 16 more, `anon.<name>`, in which names that read alike
/// are one. If RSS is not known, what follows from it is left out.
/// Errors: an empty text when `out` is too small, which `max_size` rules out.
/// Cost: one pass over the tree and the causes, and each name against the others; no allocation, no lock, no
/// exception. Threads: any; nothing is kept.
template <metric_format Format, class Policy = metric_policy>
class metric_ledger_page {
  static_assert(
      !has_label<Policy>("cause") && !has_label<Policy>("part") && !has_label<Policy>("object"),
      "memscape: give this policy's labels other names than 'cause', 'part' and 'object', which "
      "metrics of a ledger set themselves.");

  using page = metric_page<Format, Policy>;
  using names = metric_names<Format, Policy>;

  static constexpr std::string_view subsystem = "subsystem\",";
  // No byte of a label takes more than a replacement character.
  template <std::size_t Size>
  [[nodiscard]] static consteval auto longest_label(clipped_name<Size> const&) noexcept {
    return std::string_view{"anon.\u2026"}.size() + Size * std::string_view{"\uFFFD"}.size();
  }
  static constexpr std::size_t longest_name = longest_label(name_account{}.name);

  static constexpr void begin_sample(writer& to) noexcept {
    names::put_sample(to, attributed_head, true);
    to.put("cause=\"");
  }
  static constexpr void put_cause(writer& to, std::string_view label, bytes resident) noexcept {
    begin_sample(to);
    to.put(label);
    to.put("\"} ");
    to.number(resident.value());
    to.put('\n');
  }

  template <class Layout>
  static constexpr void put_sources(writer& to, ledger<Layout> const& of) noexcept {
    for (auto const& leaf : metric_leaves<Layout, Policy::with_node_labels>::all) {
      auto const& source = of.sources[leaf.node];
      if (!source.resident) continue;
      begin_sample(to);
      to.put(subsystem);
      to.put(leaf.labels);
      to.number(source.resident.value());
      to.put('\n');
    }
  }

  // Escaped, and so that two that would be one series are equal.
  static constexpr auto label_of(std::span<char> out, name_account const& of) noexcept
      -> std::string_view {
    writer to{out};
    to.put("anon.");
    if (of.name.clipped()) to.put("\u2026");
    put_metric_label(to, of.name.view());
    return to.text();
  }

  template <class Ledger>
  static constexpr void put_names(writer& to, Ledger const& of) noexcept {
    std::array<char, longest_name> room{};
    std::array<char, longest_name> other_room{};
    for (std::size_t i = 0; i < of.names.size(); ++i) {
      auto const label = label_of(room, of.names[i]);
      auto resident = of.names[i].resident;
      bool is_first = true;
      for (std::size_t j = 0; j < of.names.size(); ++j) {
        if (j == i || label_of(other_room, of.names[j]) != label) continue;
        resident += of.names[j].resident;
        if (j < i) is_first = false;
      }
      if (is_first) put_cause(to, label, resident);
    }
  }

  template <class Ledger>
  static constexpr void put_causes(writer& to, Ledger const& of) noexcept {
    for (std::size_t i = 0; i < cause_count; ++i) {
      if (of.causes[i].worth == quality::unavailable) continue;
      auto resident = of.causes[i].resident;
      if (cause_table[i].parts == cause_parts::names) {
        put_names(to, of);
        for (auto const& one : of.names) resident -= one.resident;
      }
      put_cause(to, cause_table[i].name, resident);
    }
  }

  // Whose malloc it is, where that is not the C library's.
  static constexpr void put_malloc_object(writer& to, bool is_clipped,
                                          std::string_view object) noexcept {
    if (object.empty()) return;
    names::put_head(to, malloc_object_head);
    names::put_sample(to, malloc_object_head, true);
    to.put(is_clipped ? "object=\"\u2026" : "object=\"");
    put_metric_label(to, object);
    to.put("\"} 1\n");
  }

  template <class Layout>
  static constexpr void put(writer& to, snapshot<Layout> const& snap, ledger<Layout> const& of,
                            std::uint64_t age_ms) noexcept {
    page::put_families(to, snap);
    auto const before = to;
    names::put_head(to, attributed_head);
    auto const head_size = to.size();
    put_sources(to, of);
    put_causes(to, of);
    if (to.size() == head_size) to = before;
    to = metric_rows<Format, Policy, ledger_rows>::put(
        to, make_ledger_figures(of, snap.process.rss, age_ms));
    put_malloc_object(to, of.malloc_object.clipped(), of.malloc_object.view());
    to.put(page::end);
  }

 public:
  static constexpr std::string_view content_type = memscape::content_type(Format);

  /// What is enough for any ledger. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    auto worst = longest_ledger<Layout>();
    for (auto& one : worst.causes) one.worth = quality::exact;
    writer counter;
    metric_ledger_page::put(counter, snapshot<Layout>{}, worst,
                            (std::numeric_limits<std::uint64_t>::max)());
    // What that snapshot leaves out is counted by the page, and its end twice.
    writer since;
    since = metric_rows<Format, Policy, ledger_rows>::put(
        since, ledger_figures{.grown = (bytes::max)(), .shrunk = (bytes::max)()});
    writer name;
    put_cause(name, {}, (bytes::max)());
    put_malloc_object(since, true, "x");
    return page::template max_size<Layout> + counter.size() + since.size() + longest_name +
           decltype(worst.names)::capacity * (longest_name + name.size());
  }();

  /// `age_ms` is how old the ledger is now: `ledger.age_ms(monotonic_clock::now())`.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, snapshot<Layout> const& snap,
                                            ledger<Layout> const& of, std::uint64_t age_ms) noexcept
      -> std::string_view {
    writer to{out};
    put(to, snap, of, age_ms);
    return to.text();
  }
};

/// The same in the format that the one who asks wants, as `metrics` does for a page without a ledger.
template <class Policy = metric_policy>
struct metrics_with_ledger {
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, snapshot<Layout> const& snap,
                                            ledger<Layout> const& of, std::uint64_t age_ms,
                                            metric_format format) noexcept -> std::string_view {
    return format == metric_format::openmetrics
               ? metric_ledger_page<metric_format::openmetrics, Policy>::write(out, snap, of,
                                                                               age_ms)
               : metric_ledger_page<metric_format::prometheus, Policy>::write(out, snap, of,
                                                                              age_ms);
  }

  /// What is enough for either format. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size =
      metric_ledger_page<metric_format::openmetrics, Policy>::template max_size<Layout>;
};

}  // namespace memscape::inline v0
