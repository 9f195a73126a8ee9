// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/decoder/state.hpp>
#include <optional>
#include <utility>

using memscape::decode_fault;
using memscape::decode_outcome;
using memscape::decoded_tree;
using memscape::decoder_draft;
using memscape::decoder_state;
using memscape::stream_id;

namespace {

auto no_nodes() -> decoded_tree {
  decoded_tree tree;
  CHECK(tree.finish() == "");
  return tree;
}

auto fill(decoder_draft& draft) -> decode_fault {
  for (auto const& field : memscape::process_fields) CHECK(draft.set_process(field.key, 1) == "");
  CHECK(draft.set_breakdown("untracked", 1) == "");
  return draft.set_breakdown("overcounted", 1);
}

}  // namespace

TEST_CASE("a frame is read only where it may follow") {
  decoder_state state;
  bool was_read = false;
  auto const read = [&](decoder_draft& draft) {
    was_read = true;
    return fill(draft);
  };
  CHECK(state.take({.sequence = 1}, read).outcome == decode_outcome::no_layout);
  CHECK_FALSE(was_read);
  CHECK(state.learn(stream_id{1}, 250, no_nodes()).outcome == decode_outcome::layout);
  CHECK(state.snapshot() == nullptr);
  CHECK(state.take({.sequence = 1}, read).outcome == decode_outcome::applied);
  CHECK(std::exchange(was_read, false));
  REQUIRE(state.snapshot() != nullptr);
  CHECK(state.snapshot()->process.rss->value() == 1);
  CHECK(state.last_event_id() == "0000000000000001-1");
  CHECK(state.take({.sequence = 1}, read).outcome == decode_outcome::duplicate);
  CHECK_FALSE(was_read);
}

TEST_CASE("a frame with a fault, or an unfinished one, is not there") {
  decoder_state state;
  state.learn(stream_id{1}, 250, no_nodes());
  auto const fault = state.take({.sequence = 3}, [](decoder_draft& draft) {
    CHECK(fill(draft) == "");
    return decode_fault{"no"};
  });
  CHECK(fault.outcome == decode_outcome::malformed);
  CHECK(fault.fault == "no");
  CHECK(fault.sequence == 3);
  auto const unfinished =
      state.take({.sequence = 3}, [](decoder_draft&) { return decode_fault{}; });
  CHECK(unfinished.fault == "process: a number is missing");
  CHECK(state.snapshot() == nullptr);
  CHECK(state.last_event_id().empty());
}

TEST_CASE("a refused protocol loses the stream and keeps the picture") {
  decoder_state state;
  state.learn(stream_id{1}, 250, no_nodes());
  state.take({.sequence = 1}, fill);
  CHECK(state.refuse().outcome == decode_outcome::refused);
  CHECK(state.snapshot() != nullptr);
  CHECK_FALSE(state.stream());
  CHECK(state.last_event_id().empty());
}
