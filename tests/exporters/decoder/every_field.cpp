// SPDX-License-Identifier: MIT
// Each number that a snapshot can hold is another here, and each has to arrive: in the JSON, at a decoder as a
// keyframe and as a delta, and on the page of metrics.
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/prometheus.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/exporters/stream_decoder.hpp>
#include <string>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::field;
using memscape::stream_decoder;
using layout = memscape::layout_with<test_support::one_leaf, memscape::extended_memory>;

constexpr std::uint64_t first = 7'000'000;

// Calls `with(field, struct)` for every number.
template <class Snapshot, class With>
void each_number(Snapshot& of, With&& with) {
  auto const all = [&with](auto const& fields, auto& in) {
    for (auto const& one : fields) with(one, in);
  };
  all(memscape::process_fields, of.process);
  all(memscape::extended_fields, of.process);
  all(memscape::limit_fields, of.process.limits);
  all(memscape::usage_fields, of.nodes[0]);
}

auto every_number() -> memscape::snapshot<layout> {
  memscape::snapshot<layout> snap;
  snap.sequence = 1;
  snap.process.limits.kind = memscape::limit_kind::cgroup_max;
  auto next = first;
  each_number(snap, [&next](auto const& one, auto& in) { one.set(in, ++next); });
  return snap;
}

auto is_in(std::string const& text, std::string_view key, std::uint64_t number) -> bool {
  auto const member = '"' + std::string{key} + "\":" + std::to_string(number);
  return text.find(member) != std::string::npos;
}

TEST_CASE("every number is in the JSON, and a decoder has it") {
  auto const snap = every_number();
  memscape::delta_stream<layout> stream{memscape::stream_id{7}};
  static std::array<char, memscape::delta_stream<layout>::max_size> room{};
  std::array<char, 4096> layout_room{};
  stream_decoder whole;
  whole.feed(memscape::sse_json::write_layout<layout>(layout_room, stream.id(), 250),
             [](auto&&) {});
  std::string const keyframe{stream.next(room, snap, 0).text};
  whole.feed(keyframe, [](auto&&) {});
  REQUIRE(whole.snapshot() != nullptr);
  std::size_t numbers = 0;
  each_number(snap, [&](auto const& one, auto const& in) {
    CAPTURE(one.key);
    CHECK(is_in(keyframe, one.key, *one.get(in)));
    ++numbers;
  });
  CHECK(numbers > 50);
  CHECK(whole.snapshot()->process == snap.process);
  CHECK(whole.snapshot()->nodes[0] == snap.nodes[0]);
}

TEST_CASE("every number is in a delta when it changes, and a decoder has it") {
  memscape::snapshot<layout> base;
  memscape::delta_stream<layout> stream{memscape::stream_id{7}};
  static std::array<char, memscape::delta_stream<layout>::max_size> room{};
  std::array<char, 4096> layout_room{};
  stream_decoder held;
  held.feed(memscape::sse_json::write_layout<layout>(layout_room, stream.id(), 250), [](auto&&) {});
  held.feed(stream.next(room, base, 0).text, [](auto&&) {});
  auto const snap = every_number();
  auto const sent = stream.next(room, snap, 1);
  CHECK(sent.kind == memscape::frame_kind::delta);
  std::string const delta{sent.text};
  held.feed(delta, [](auto&&) {});
  each_number(snap, [&](auto const& one, auto const& in) {
    CAPTURE(one.key);
    CHECK(is_in(delta, one.key, *one.get(in)));
  });
  REQUIRE(held.snapshot() != nullptr);
  CHECK(held.snapshot()->process == snap.process);
  CHECK(held.snapshot()->nodes[0] == snap.nodes[0]);
}

// A number without a metric is one that nobody asks a scraper for: these are said here.
constexpr std::string_view without_metric[] = {"shared", "data", "peak_rss", "objects", "slots"};

TEST_CASE("every number is on the page of metrics, but for those that have no metric") {
  auto const snap = every_number();
  static std::array<char, memscape::metrics<>::max_size<layout>> room{};
  std::string const page{
      memscape::metrics<>::write(room, snap, memscape::metric_format::prometheus)};
  each_number(snap, [&](auto const& one, auto const& in) {
    CAPTURE(one.key);
    bool listed = false;
    for (auto const key : without_metric) listed = listed || key == one.key;
    CHECK(one.metric.name.empty() == listed);
    if (listed) return;
    auto const number = *one.get(in);
    auto const decimals = memscape::metric_decimals(one.unit);
    auto text = std::to_string(number);
    if (decimals != 0) text.insert(text.size() - decimals, 1, '.');
    CHECK(page.find(' ' + text + '\n') != std::string::npos);
  });
}

}  // namespace
