// SPDX-License-Identifier: MIT
// A parser that we did not write reads every frame and finds the snapshot's numbers in it. The one test
// file that includes simdjson.h; what it uses is the same in 3.0 and 3.10.
#include <simdjson.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/json_ledger.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"
#include "exporters/trees.hpp"
#include "golden/ledger.hpp"
#include "golden/registry.hpp"

namespace {

using memscape::snapshot;
using memscape::sse_json;
using memscape::stream_id;
using simdjson::dom::element;
using simdjson::dom::object;
using test_support::random_layout;
using test_support::random_numbers;

// The JSON of a frame's one data line.
auto data_of(std::string_view frame) -> std::string_view {
  auto const start = frame.find("data: ");
  REQUIRE(start != std::string_view::npos);
  auto const line = frame.substr(start + 6);
  return line.substr(0, line.find('\n'));
}

auto fields_in(object of) -> std::size_t {
  std::size_t n = 0;
  for (auto const field : of) {
    (void)field;
    ++n;
  }
  return n;
}

// simdjson finds the first of equal keys, so what is counted here is that there are no others.
template <class Quantity>
auto reads(element of, std::optional<Quantity> const& expected) -> bool {
  if (!expected) return of.is_null();
  std::uint64_t value = 0;
  return of.get(value) == simdjson::SUCCESS && value == expected->value();
}
template <class Quantity>
auto reads(element of, Quantity expected) -> bool {
  return reads(of, std::optional{expected});
}
auto reads(element of, std::uint64_t expected) -> bool {
  return reads(of, memscape::count{expected});
}

void check_process(object process, memscape::process_memory const& expected) {
  CHECK(reads(process["rss"], expected.rss));
  CHECK(reads(process["vms"], expected.vms));
  CHECK(reads(process["shared"], expected.shared));
  CHECK(reads(process["data"], expected.data));
  CHECK(reads(process["peak_rss"], expected.peak_rss));
  CHECK(reads(process["page_faults_minor"], expected.page_faults_minor));
  CHECK(reads(process["page_faults_major"], expected.page_faults_major));
  std::size_t fields = 7;
  if (expected.footprint) {
    ++fields;
    CHECK(reads(process["footprint"], expected.footprint));
  }
  if (expected.commit) {
    ++fields;
    CHECK(reads(process["commit"], expected.commit));
  }
  CHECK(fields_in(process) == fields);
}

void check_pool(object pool, memscape::usage const& expected) {
  CHECK(reads(pool["used"], expected.used));
  CHECK(reads(pool["committed"], expected.committed));
  CHECK(reads(pool["peak"], expected.peak));
  CHECK(reads(pool["objects"], expected.objects));
  CHECK(reads(pool["slots"], expected.slot_count));
  CHECK(fields_in(pool) == 5);
}

void check_errors(simdjson::dom::array errors, memscape::read_errors const& expected) {
  auto const* next = expected.begin();
  for (object const error : errors) {
    REQUIRE(next != expected.end());
    CHECK(std::string_view{error["step"]} == memscape::name_of(next->step));
    CHECK(std::int64_t{error["code"]} == next->code);
    CHECK(fields_in(error) == 2);
    ++next;
  }
  CHECK(next == expected.end());
}

template <class Layout>
void check_snapshot(object json, snapshot<Layout> const& snap) {
  CHECK(reads(json["seq"], snap.sequence));
  CHECK(reads(json["time_ms"], snap.time_ms));
  CHECK(reads(json["sample_ns"], snap.sample_ns));
  check_process(json["process"], snap.process);

  object const breakdown = json["breakdown"];
  object const pools = json["pools"];
  std::size_t leaves = 0;
  for (std::size_t i = 0; i < Layout::size; ++i) {
    auto const& node = Layout::nodes[i];
    CAPTURE(std::string{node.key});
    CHECK(reads(breakdown[node.key], snap.nodes[i].used));
    if (node.is_group) continue;
    ++leaves;
    check_pool(pools[node.key], snap.nodes[i]);
  }
  CHECK(reads(breakdown["untracked"], snap.untracked()));
  CHECK(reads(breakdown["overcounted"], snap.overcounted()));
  CHECK(fields_in(breakdown) == Layout::size + 2);
  CHECK(fields_in(pools) == leaves);

  bool const failed = !snap.process.errors.empty();
  if (failed) check_errors(json["errors"], snap.process.errors);
  CHECK(fields_in(json) == (failed ? 7U : 6U));
}

template <class Layout>
void check_frames(snapshot<Layout> const& snap, stream_id stream) {
  std::array<char, sse_json::max_size<Layout>> memory{};
  simdjson::dom::parser parser;
  check_snapshot(parser.parse(std::string{data_of(sse_json::write(memory, snap))}), snap);
  check_snapshot(parser.parse(std::string{data_of(sse_json::write(memory, snap, stream))}), snap);
  check_snapshot(parser.parse(std::string{sse_json::write_data(memory, snap)}), snap);
}

// Decodes what the standard calls valid, by code points, and so in another way than the library.
auto label_on_the_wire(std::string_view label) -> std::string {
  std::string text;
  while (!label.empty()) {
    auto const lead = static_cast<unsigned char>(label[0]);
    std::size_t const size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    std::uint32_t code = size == 1 ? lead : lead & (0x7FU >> size);
    bool valid = lead < 0x80 || (lead >= 0xC0 && lead < 0xF8 && label.size() >= size);
    for (std::size_t i = 1; valid && i < size; ++i) {
      auto const tail = static_cast<unsigned char>(label[i]);
      valid = (tail & 0xC0U) == 0x80;
      code = code << 6U | (tail & 0x3FU);
    }
    std::uint32_t const least = size == 1 ? 0 : size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000;
    valid = valid && code >= least && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    text += valid ? label.substr(0, size) : std::string_view{"\uFFFD"};
    label.remove_prefix(valid ? size : 1);
  }
  return text;
}

template <class Layout>
void check_layout(stream_id stream, std::uint64_t interval_ms) {
  std::array<char, sse_json::max_layout_size<Layout>> memory{};
  auto const frame = sse_json::write_layout<Layout>(memory, stream, interval_ms);
  simdjson::dom::parser parser;
  object const json = parser.parse(std::string{data_of(frame)});
  CHECK(reads(json["protocol"], std::uint64_t{1}));
  CHECK(reads(json["interval_ms"], interval_ms));
  auto const digits = stream.text();
  CHECK(std::string_view{json["stream"]} == std::string_view{digits.data(), digits.size()});
  CHECK(fields_in(json) == 4);

  std::size_t i = 0;
  for (object const node : simdjson::dom::array{json["nodes"]}) {
    REQUIRE(i < Layout::size);
    auto const& expected = Layout::nodes[i++];
    CAPTURE(std::string{expected.key});
    CHECK(std::string_view{node["key"]} == expected.key);
    CHECK(std::string{std::string_view{node["label"]}} == label_on_the_wire(expected.label));
    CHECK(std::string_view{node["kind"]} == (expected.is_group ? "group" : "leaf"));
    element const parent = node["parent"];
    if (expected.is_root()) {
      CHECK(parent.is_null());
    } else {
      CHECK(std::string_view{parent} == Layout::nodes[expected.parent].key);
    }
    CHECK(fields_in(node) == 4);
  }
  CHECK(i == Layout::size);
}

template <class Layout>
void check_tree(std::uint64_t seed) {
  random_numbers random{seed};
  check_layout<Layout>(stream_id{random.next()}, random.with_any_digits());
  check_frames(snapshot<Layout>{}, stream_id{});
  check_frames(memscape::longest_snapshot<Layout>(), stream_id{UINT64_MAX});
  for (int i = 0; i < 50; ++i) {
    check_frames(test_support::random_snapshot<Layout>(random), stream_id{random.next()});
  }
}

TEST_CASE("parsed: every number of every tree is read back") {
  check_tree<test_support::one_leaf>(1);
  check_tree<test_support::group_first>(2);
  check_tree<test_support::deep>(3);
  check_tree<test_support::hostile>(4);
}

template <std::uint64_t... Seed>
void check_random_trees(std::integer_sequence<std::uint64_t, Seed...>) {
  (check_tree<random_layout<Seed + 1>>(Seed), ...);
}
TEST_CASE("parsed: random trees, with labels of random bytes") {
  check_random_trees(std::make_integer_sequence<std::uint64_t, 12>{});
}

TEST_CASE("parsed: what a registry collects") {
  auto memory = test_support::make_golden_registry();
  using layout = decltype(memory)::layout;
  check_layout<layout>(stream_id{1}, 250);
  for (int i = 0; i < 4; ++i) check_frames(memory.collect(), stream_id{1});
}

TEST_CASE("parsed: what this very process uses") {
  memscape::registry memory{
      memscape::native_reader{},
      memscape::leaf<"heap", "Heap">(test_support::fixed_source{{.used = memscape::bytes{1}}})};
  check_frames(memory.collect(), stream_id{1});
  check_frames(memory.collect(), stream_id{1});
}

// Any bytes as the name of a file and of memory: what is told is what a parser reads, and all of it adds up.
TEST_CASE("parsed: a ledger, whatever its names") {
  auto of = test_support::make_golden_ledger();
  using layout = test_support::golden_layout;
  std::array<char, memscape::json_ledger::max_event_size<layout>> room{};
  simdjson::dom::parser parser;
  for (unsigned byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    std::string const name{'/', static_cast<char>(byte), '"', static_cast<char>(byte), '\\'};
    auto one = of;
    one.names.add({memscape::clipped_name<96>{name}, memscape::bytes{50'000}});
    one.files.add({.path = memscape::clipped_name<96>{name},
                   .inode = 9,
                   .resident = memscape::bytes{1},
                   .rodata = memscape::bytes{1}});
    one.causes[static_cast<std::size_t>(memscape::cause::file_rodata)].resident =
        memscape::bytes{1};
    object ledger;
    std::string const json{data_of(memscape::json_ledger::write_event(room, one, 250))};
    REQUIRE(parser.parse(json).get(ledger) == simdjson::SUCCESS);
    CHECK(reads(ledger["rss"].value(), one.rss));
    std::uint64_t sum = 0;
    for (auto const [key, account] : object{ledger["causes"]})
      sum += account["resident"].get_uint64();
    std::uint64_t expected = 0;
    for (auto const& account : one.causes) expected += account.resident.value();
    CHECK(sum == expected);
    auto const path =
        ledger["causes"]["file.rodata"]["mappings"].at(0)["name"].get_string().value();
    CHECK(path.substr(0, 1) == "/");
    CHECK(path == (byte < 0x80 ? std::string_view{name} : "/\xEF\xBF\xBD\"\xEF\xBF\xBD\\"));
    CHECK(reads(ledger["sources"]["scratch_arena"]["resident"].value(),
                one.at<"scratch_arena">().resident));
    CHECK(ledger["sources"]["gc_malloc"]["resident"].is_null());
    CHECK(ledger["sources"]["gc_lval_slab"]["fragmentation"].get_int64().value() == -1'048'576);
  }
}

}  // namespace
