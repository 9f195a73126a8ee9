// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <iterator>
#include <memscape/exporters/decoder/draft.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <optional>
#include <string_view>

using memscape::decoded_snapshot;
using memscape::decoded_tree;
using memscape::decoder_draft;

namespace {

auto one_leaf() -> decoded_tree {
  decoded_tree tree;
  CHECK(tree.add("heap", "Heap", std::nullopt, false) == "");
  CHECK(tree.finish() == "");
  return tree;
}

// A whole keyframe but for the number of this name.
auto keyframe_without(std::string_view left_out, decoder_draft& draft, decoded_tree const& tree)
    -> memscape::decode_fault {
  draft.begin_keyframe(tree);
  for (auto const& field : memscape::process_fields) {
    if (field.key != left_out) CHECK(draft.set_process(field.key, 1) == "");
  }
  for (auto const key : {"heap", "untracked", "overcounted"}) {
    if (key != left_out) CHECK(draft.set_breakdown(key, 7) == "");
  }
  std::size_t leaf = 9;
  CHECK(draft.open_pool("heap", leaf) == "");
  CHECK(leaf == 0);
  for (auto const& field : memscape::usage_fields) {
    if (field.key != left_out) CHECK(draft.set_pool(leaf, field.key, 7) == "");
  }
  return draft.finish();
}

}  // namespace

TEST_CASE("a keyframe has to bring every number but those of other platforms") {
  auto const tree = one_leaf();
  decoder_draft draft;
  CHECK(keyframe_without("", draft, tree) == "");
  CHECK(keyframe_without("footprint", draft, tree) == "");
  CHECK(keyframe_without("commit", draft, tree) == "");
  for (auto const& field : memscape::process_fields) {
    if (!field.always) continue;
    CHECK(keyframe_without(field.key, draft, tree) == "process: a number is missing");
  }
  for (auto const& field : memscape::usage_fields) {
    CHECK(keyframe_without(field.key, draft, tree) ==
          "pools: a leaf or one of its numbers is missing");
  }
  CHECK(keyframe_without("heap", draft, tree) == "breakdown: a node is missing");
  CHECK(keyframe_without("untracked", draft, tree) ==
        "breakdown: untracked or overcounted is missing");
}

TEST_CASE("a draft that is given up leaves no trace in the next") {
  auto const tree = one_leaf();
  decoder_draft draft;
  decoded_snapshot shown;
  CHECK(keyframe_without("", draft, tree) == "");
  draft.commit(shown);
  auto const before = shown;
  draft.begin_delta(tree, shown);
  CHECK(draft.set_process("rss", 5) == "");
  CHECK(draft.set_breakdown("heap", 5) == "");
  CHECK(draft.set_breakdown("heep", 5) == "breakdown: a key that the layout does not have");
  CHECK(shown == before);
  draft.begin_delta(tree, shown);
  draft.set_times(2, 3, 4);
  CHECK(draft.set_process("vms", std::nullopt) == "");
  CHECK(draft.finish() == "");
  draft.commit(shown);
  CHECK(shown.sequence == 2);
  CHECK(shown.process.rss == before.process.rss);
  CHECK_FALSE(shown.process.vms);
  CHECK(shown.nodes == before.nodes);
}

TEST_CASE("a name of tomorrow is skipped in deltas only once a keyframe has shown it") {
  auto const tree = one_leaf();
  decoder_draft draft;
  decoded_snapshot shown;
  CHECK(keyframe_without("", draft, tree) == "");
  draft.commit(shown);
  draft.begin_delta(tree, shown);
  CHECK(draft.set_process("colour", 1) == "process: an unknown name");
  // A keyframe that is refused has shown nothing.
  CHECK(keyframe_without("rss", draft, tree) != "");
  CHECK(draft.set_process("colour", 1) == "");
  draft.begin_delta(tree, shown);
  CHECK(draft.set_process("colour", 1) == "process: an unknown name");
  CHECK(keyframe_without("", draft, tree) == "");
  CHECK(draft.set_process("colour", 1) == "");
  draft.commit(shown);
  draft.begin_delta(tree, shown);
  CHECK(draft.set_process("colour", 1) == "");
  CHECK(draft.set_pool(0, "colour", 1) == "");
}

TEST_CASE("known steps of the errors stand with the process too") {
  auto const tree = one_leaf();
  decoder_draft draft;
  decoded_snapshot shown;
  CHECK(keyframe_without("", draft, tree) == "");
  CHECK(draft.add_error(memscape::decoded_list::errors, "getrusage", -5, {}) == "");
  CHECK(draft.add_error(memscape::decoded_list::errors, "of_tomorrow", 5, {}) == "");
  CHECK(draft.add_error(memscape::decoded_list::errors, "getrusage", std::int64_t{1} << 31U, {}) ==
        "errors: a code that 32 bits do not hold");
  CHECK(draft.finish() == "");
  draft.commit(shown);
  CHECK(shown.errors.size() == 2);
  REQUIRE(shown.process.errors.size() == 1);
  CHECK(shown.process.errors.begin()->code == -5);
}
