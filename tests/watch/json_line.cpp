// SPDX-License-Identifier: MIT
#include "json_line.hpp"

#include <array>
#include <doctest/doctest.h>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <string>

using namespace memscape;

TEST_CASE("a line is the object that the stream's snapshot has") {
  registry memory{fixed_reader{process_memory{.rss = bytes{1000},
                                              .commit = bytes{5},
                                              .errors =
                                                  [] {
                                                    read_errors errors;
                                                    errors.add({read_step::getrusage, -3});
                                                    errors.add({read_step::page_size, 4});
                                                    return errors;
                                                  }()}},
                  leaf<"arena">(callable_source{
                      []() noexcept { return usage{.used = bytes{10}, .peak = bytes{20}}; }}),
                  group<"heap">(leaf<"small">(
                      callable_source{[]() noexcept { return usage{.used = bytes::max()}; }}))};
  using layout = decltype(memory)::layout;
  auto const snap = memory.collect();
  mirror_tree tree;
  for (auto const& node : layout::nodes) {
    CHECK(tree.add(node.key, node.label,
                   node.is_root() ? std::nullopt : std::optional{layout::nodes[node.parent].key},
                   node.is_group) == "");
  }
  CHECK(tree.finish() == "");
  mirror_snapshot mirrored{.sequence = snap.sequence,
                           .time_ms = snap.time_ms,
                           .sample_ns = snap.sample_ns,
                           .nodes = {snap.nodes.begin(), snap.nodes.end()},
                           .untracked = snap.untracked(),
                           .overcounted = snap.overcounted(),
                           .errors = {{"getrusage", -3}, {"page_size", 4}}};
  static_cast<memscape::process_memory&>(mirrored.process) = snap.process;
  std::array<char, sse_json::max_size<layout>> buffer;
  CHECK(watch::json_line(tree, mirrored) == sse_json::write_data(buffer, snap));
  mirrored.errors = {{"a\"\\\x1b\xC3\xA4", 1}};
  CHECK(watch::json_line(tree, mirrored).ends_with(R"("errors":[{"step":"a?????","code":1}]})"));
}
