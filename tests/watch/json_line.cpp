// SPDX-License-Identifier: MIT
#include "json_line.hpp"

#include <array>
#include <doctest/doctest.h>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <string>

using namespace memscape;

namespace {

auto errors_of(read_step step, read_step other) -> read_errors {
  read_errors errors;
  errors.add({step, -3});
  errors.add({other, 4});
  return errors;
}

// What a mirror makes of a snapshot, and the tree that it has it on.
template <class Layout>
struct mirrored_pair {
  decoded_tree tree;
  decoded_snapshot snapshot;

  explicit mirrored_pair(memscape::snapshot<Layout> const& of)
      : snapshot{.sequence = of.sequence,
                 .time_ms = of.time_ms,
                 .sample_ns = of.sample_ns,
                 .nodes = {of.nodes.begin(), of.nodes.end()},
                 .untracked = of.untracked(),
                 .overcounted = of.overcounted(),
                 .errors = {{"getrusage", -3}, {"page_size", 4}}} {
    for (auto const& node : Layout::nodes) {
      CHECK(tree.add(node.key, node.label,
                     node.is_root() ? std::nullopt : std::optional{Layout::nodes[node.parent].key},
                     node.is_group) == "");
    }
    CHECK(tree.finish() == "");
  }
};

}  // namespace

TEST_CASE("a line is the object that the stream's snapshot has") {
  registry memory{
      fixed_reader{process_memory{.rss = bytes{1000},
                                  .commit = bytes{5},
                                  .errors = errors_of(read_step::getrusage, read_step::page_size)}},
      leaf<"arena">(
          callable_source{[]() noexcept { return usage{.used = bytes{10}, .peak = bytes{20}}; }}),
      group<"heap">(
          leaf<"small">(callable_source{[]() noexcept { return usage{.used = bytes::max()}; }}))};
  using layout = decltype(memory)::layout;
  auto const snap = memory.collect();
  mirrored_pair<layout> other{snap};
  static_cast<memscape::process_memory&>(other.snapshot.process) = snap.process;
  std::array<char, sse_json::max_size<layout>> buffer;
  CHECK(watch::json_line(other.tree, other.snapshot) == sse_json::write_data(buffer, snap));
  other.snapshot.errors = {{"a\"\\\x1b\xC3\xA4", 1}};
  CHECK(watch::json_line(other.tree, other.snapshot)
            .ends_with(R"("errors":[{"step":"a?????","code":1}]})"));
}

TEST_CASE("a line has the detail, the limits and why some of it is absent") {
  extended_memory said;
  said.rss = bytes{1000};
  said.errors = errors_of(read_step::getrusage, read_step::page_size);
  said.rss_anon = bytes{600};
  said.threads = count{3};
  said.limits.kind = limit_kind::cgroup_max;
  said.limits.limit = bytes{9000};
  said.limits.headroom = bytes{8000};
  said.detail_errors = errors_of(read_step::page_size, read_step::getrusage);
  registry memory{fixed_reader{said},
                  leaf<"arena">(callable_source{[]() noexcept { return usage{}; }})};
  using layout = decltype(memory)::layout;
  auto const snap = memory.collect();
  mirrored_pair<layout> other{snap};
  other.snapshot.process = snap.process;
  other.snapshot.detail_errors = {{"page_size", -3}, {"getrusage", 4}};
  std::array<char, sse_json::max_size<layout>> buffer;
  CHECK(watch::json_line(other.tree, other.snapshot) == sse_json::write_data(buffer, snap));
}
