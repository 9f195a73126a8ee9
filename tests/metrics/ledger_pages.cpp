// SPDX-License-Identifier: MIT
// Prints pages with what a detailed reader knows, and with a ledger, for parsers.
#include <array>
#include <cstdint>
#include <memscape/exporters/prometheus_ledger.hpp>
#include <memscape/memscape.hpp>
#include <string>
#include <string_view>

#include "exporters/trees.hpp"
#include "golden/ledger.hpp"
#include "printed.hpp"

namespace {

using memscape::bytes;
using memscape::ledger;
using memscape::metric_format;
using memscape::metric_policy;
using memscape::quality;
using memscape::snapshot;
using test_support::decimal;
using test_support::hostile_policy;
using test_support::label_of;
using test_support::random_numbers;
using test_support::sample_of;

template <class Layout>
using detailed = memscape::layout_with<Layout, memscape::extended_memory>;

void print_details() {
  using layout = detailed<test_support::group_first>;
  random_numbers random{5};
  for (int i = 0; i < 40; ++i) {
    auto const snap = test_support::random_snapshot<layout>(random);
    test_support::print<metric_policy>("detail", snap);
    test_support::print<hostile_policy>("detail", snap);
  }
  test_support::print<metric_policy>("detail", snapshot<layout>{});
  test_support::print<hostile_policy>("detail", memscape::longest_snapshot<layout>());
}

// The samples that a page has to hold of a ledger, by names that are written out here.
template <class Policy, class Layout>
void add_ledger(test_support::subject& to, snapshot<Layout> const& snap, ledger<Layout> const& of,
                std::uint64_t age_ms) {
  auto const add = [&to](std::string const& name, std::string const& labels, auto const& value) {
    if (value) to.more_samples += sample_of(to, name, labels, std::to_string(value->value()));
  };
  std::string const attributed = "*memory_attributed_bytes";
  for (std::size_t i = 0; i < Layout::size; ++i) {
    auto const& node = Layout::nodes[i];
    if (node.is_group || !of.sources[i].resident) continue;
    auto labels = label_of("cause", "subsystem") + label_of("subsystem", node.key);
    if (!node.is_root()) labels += label_of("parent", Layout::nodes[node.parent].key);
    if (Policy::with_node_labels) labels += label_of("label", node.label);
    add(attributed, labels, of.sources[i].resident);
  }
  auto rest = of.at(memscape::cause::anon_named).resident;
  for (auto const& one : of.names) {
    std::string const name = one.name.clipped() ? "anon.\u2026" : "anon.";
    add(attributed, label_of("cause", name + std::string{one.name.view()}),
        std::optional{one.resident});
    rest -= one.resident;
  }
  for (std::size_t i = 0; i < memscape::cause_count; ++i) {
    bool const is_named = memscape::cause_table[i].name == "anon";
    add(attributed, label_of("cause", memscape::cause_table[i].name),
        std::optional{is_named ? rest : of.causes[i].resident});
  }
  add("*memory_unattributed_bytes", label_of("part", "ledger"), of.unexplained);
  add("*memory_closure_error_bytes", label_of("part", "ledger"), of.closure_error);
  if (of.rss && snap.process.rss) {
    add("*memory_unattributed_bytes", label_of("part", "since_ledger"),
        std::optional{*snap.process.rss - *of.rss});
    add("*memory_closure_error_bytes", label_of("part", "since_ledger"),
        std::optional{*of.rss - *snap.process.rss});
  }
  to.more_samples += sample_of(to, "*memory_ledger_age_seconds", "", decimal(age_ms, 3));
  to.more_samples += sample_of(to, "*memory_ledger_cost_seconds", "", decimal(of.cost_ns, 9));
  to.more_samples += sample_of(to, "*memory_ledger_faults", "", std::to_string(of.faults.size()));
  if (of.malloc) {
    add("*memory_malloc_in_use_bytes", "", std::optional{of.malloc->in_use});
    add("*memory_malloc_free_bytes", "", std::optional{of.malloc->free});
  }
  add("*memory_cgroup_kernel_bytes", "", of.outside_rss.cgroup_kernel);
  add("*memory_cgroup_socket_bytes", "", of.outside_rss.cgroup_socket);
}

template <class Policy, class Layout>
void print_ledger(snapshot<Layout> const& snap, ledger<Layout> const& made) {
  constexpr std::uint64_t age_ms = 1'234;
  static std::array<char, 64 * 1024> page;
  auto of = test_support::subject_of<Policy>("ledger", snap);
  add_ledger<Policy>(of, snap, made, age_ms);
  using memscape::metric_ledger_page;
  test_support::print(
      of, "prometheus",
      metric_ledger_page<metric_format::prometheus, Policy>::write(page, snap, made, age_ms));
  test_support::print(
      of, "openmetrics",
      metric_ledger_page<metric_format::openmetrics, Policy>::write(page, snap, made, age_ms));
}

// Some of any bytes, some that read alike, some that are clipped.
template <class Layout>
auto random_ledger(random_numbers& random) -> ledger<Layout> {
  ledger<Layout> of;
  for (auto& one : of.causes) one.resident = bytes{random.below(1U << 30U)};
  for (auto& one : of.sources) {
    one.worth = static_cast<quality>(random.below(5));
    if (one.worth != quality::unavailable) one.resident = bytes{random.below(1U << 30U)};
  }
  for (auto left = random.below(17); left > 0; --left) {
    std::string name(random.below(3) == 0 ? random.below(130) : random.below(3), ' ');
    for (char& c : name) c = static_cast<char>(random.next() & 0xFFU);
    bytes const resident{random.below(1U << 20U)};
    of.names.add({memscape::clipped_name<96>{name}, resident});
    of.causes[static_cast<std::size_t>(memscape::cause::anon_named)].resident += resident;
  }
  if (random.below(8) != 0) of.rss = of.attributed() + bytes{random.below(1U << 20U)};
  if (of.rss) {
    of.unexplained = *of.rss - of.attributed();
    of.closure_error = of.attributed() - *of.rss;
  }
  of.cost_ns = random.with_any_digits();
  return of;
}

void print_ledgers() {
  using test_support::golden_layout;
  auto memory = test_support::make_golden_registry();
  for (int i = 0; i < 4; ++i) {
    print_ledger<metric_policy>(memory.collect(), test_support::make_golden_ledger());
  }
  random_numbers random{7};
  for (int i = 0; i < 150; ++i) {
    using layout = test_support::hostile;
    auto const snap = test_support::random_snapshot<layout>(random);
    print_ledger<metric_policy>(snap, random_ledger<layout>(random));
    print_ledger<hostile_policy>(snap, random_ledger<layout>(random));
  }
}

}  // namespace

auto main() -> int {
  print_details();
  print_ledgers();
}
