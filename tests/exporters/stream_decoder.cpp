// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream_decoder.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/memscape.hpp>
#include <memscape/tree/layout.hpp>
#include <memscape/tree/shape.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mirror_equals.hpp"
#include "mirror_support.hpp"

using memscape::decode_action;
using memscape::decode_outcome;
using memscape::decode_report;
using memscape::stream_decoder;

namespace {

std::string const layout_event =
    "retry: 1000\n\nevent: layout\ndata: "
    R"({"protocol":1,"stream":"00000000000000ab","interval_ms":250,"nodes":[)"
    R"({"key":"arena","label":"Arena","parent":null,"kind":"leaf"},)"
    R"({"key":"heap","label":"Heap","parent":null,"kind":"group"},)"
    R"({"key":"small","label":"Small","parent":"heap","kind":"leaf"}]})"
    "\n\n";
std::string const process =
    R"("process":{"rss":1000,"vms":9000,"shared":10,"data":20,"peak_rss":1100,)"
    R"("page_faults_minor":3,"page_faults_major":0})";
std::string const breakdown =
    R"("breakdown":{"arena":100,"heap":40,"small":40,"untracked":860,"overcounted":0})";
std::string const pools =
    R"("pools":{"arena":{"used":100,"committed":128,"peak":120,"objects":null,"slots":null},)"
    R"("small":{"used":40,"committed":64,"peak":null,"objects":5,"slots":8}})";
std::string const keyframe_data =
    R"({"seq":5,"time_ms":50,"sample_ns":7,)" + process + "," + breakdown + "," + pools + "}";
std::string const delta_data =
    R"({"seq":7,"base":5,"time_ms":70,"sample_ns":8,"process":{"rss":1010},)"
    R"("breakdown":{"small":50,"heap":50},"pools":{"small":{"used":50,"objects":6}}})";

auto event(std::string_view type, std::string_view data, std::string_view id = {}) -> std::string {
  std::string text;
  if (!id.empty()) text += "id: " + std::string{id} + "\n";
  return text += "event: " + std::string{type} + "\ndata: " + std::string{data} + "\n\n";
}

std::string const keyframe_event = event("snapshot", keyframe_data, "00000000000000ab-5");
std::string const delta_event = event("delta", delta_data, "00000000000000ab-7");

auto replaced(std::string text, std::string_view what, std::string_view with) -> std::string {
  auto const at = text.find(what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

auto feed(stream_decoder& mirror, std::string_view text) -> std::vector<decode_report> {
  std::vector<decode_report> reports;
  mirror.feed(text, [&](decode_report const& report) { reports.push_back(report); });
  return reports;
}

// The report of a text that holds one event.
auto report_of(stream_decoder& mirror, std::string_view text) -> decode_report {
  auto const reports = feed(mirror, text);
  REQUIRE(reports.size() == 1);
  return reports.front();
}

// Everything that a mirror shows.
struct picture {
  explicit picture(stream_decoder const& mirror)
      : tree{mirror.tree()}, has_snapshot{mirror.snapshot() != nullptr} {
    if (has_snapshot) snapshot = *mirror.snapshot();
  }
  friend auto operator==(picture const&, picture const&) -> bool = default;

  memscape::decoded_tree tree;
  bool has_snapshot;
  memscape::decoded_snapshot snapshot;
};

auto mirror_at_keyframe() -> stream_decoder {
  stream_decoder mirror;
  REQUIRE(report_of(mirror, layout_event).outcome == decode_outcome::layout);
  REQUIRE(report_of(mirror, keyframe_event).outcome == decode_outcome::applied);
  return mirror;
}

// A frame that has to leave everything as it was, and after which the right frame still applies.
void refuses(std::string_view text, decode_outcome outcome, std::string_view fault) {
  CAPTURE(std::string{text.substr(0, 400)});
  auto mirror = mirror_at_keyframe();
  picture const before{mirror};
  auto const report = report_of(mirror, text);
  CHECK(name_of(report.outcome) == name_of(outcome));
  CHECK(report.fault == fault);
  CHECK_FALSE(report.reason().empty());
  CHECK(picture{mirror} == before);
  if (outcome == decode_outcome::other_stream || outcome == decode_outcome::refused) {
    CHECK(mirror.last_event_id().empty());
  } else {
    CHECK(mirror.last_event_id() == "00000000000000ab-5");
    CHECK(report_of(mirror, delta_event).outcome == decode_outcome::applied);
  }
}

void refuses_delta(std::string_view what, std::string_view with, std::string_view fault) {
  refuses(event("delta", replaced(delta_data, what, with), "00000000000000ab-7"),
          decode_outcome::malformed, fault);
}

// As a keyframe that may follow, and as the first one.
void refuses_keyframe(std::string_view what, std::string_view with, std::string_view fault) {
  auto const data = replaced(replaced(keyframe_data, what, with), R"("seq":5)", R"("seq":6)");
  refuses(event("snapshot", data), decode_outcome::malformed, fault);
  stream_decoder fresh;
  feed(fresh, layout_event);
  CHECK(report_of(fresh, event("snapshot", data)).fault == fault);
  CHECK(fresh.snapshot() == nullptr);
  CHECK(fresh.last_event_id().empty());
}

}  // namespace

TEST_CASE("a mirror learns the tree and holds the keyframe") {
  auto const mirror = mirror_at_keyframe();
  auto const& tree = mirror.tree();
  REQUIRE(tree.size() == 3);
  CHECK(tree[1].label == "Heap");
  CHECK(tree[1].is_group);
  CHECK(tree[2].parent == 1);
  CHECK(mirror.stream()->value() == 0xab);
  CHECK(mirror.interval_ms() == 250);
  CHECK(mirror.retry_ms() == 1000U);
  CHECK(mirror.last_event_id() == "00000000000000ab-5");
  auto const& snapshot = *mirror.snapshot();
  CHECK(snapshot.sequence == 5);
  CHECK(snapshot.time_ms == 50);
  CHECK(snapshot.sample_ns == 7);
  CHECK(snapshot.process.rss->value() == 1000);
  CHECK(snapshot.process.page_faults_major->value() == 0);
  CHECK_FALSE(snapshot.process.footprint);
  CHECK(snapshot.untracked->value() == 860);
  CHECK(snapshot.overcounted->value() == 0);
  CHECK(snapshot.nodes[0].used.value() == 100);
  CHECK_FALSE(snapshot.nodes[0].slot_count);
  CHECK(snapshot.nodes[2].slot_count->value() == 8);
  CHECK(snapshot.nodes[1].used.value() == 40);
  CHECK(snapshot.nodes[1].objects->value() == 5);
  CHECK(snapshot.errors.empty());
}

TEST_CASE("a delta changes what it names, and nothing else") {
  auto mirror = mirror_at_keyframe();
  auto expected = *mirror.snapshot();
  CHECK(report_of(mirror, delta_event).outcome == decode_outcome::applied);
  expected.sequence = 7;
  expected.time_ms = 70;
  expected.sample_ns = 8;
  expected.process.rss = memscape::bytes{1010};
  expected.nodes[1].used = expected.nodes[2].used = memscape::bytes{50};
  expected.nodes[1].objects = expected.nodes[2].objects = memscape::count{6};
  CHECK(*mirror.snapshot() == expected);
  CHECK(mirror.last_event_id() == "00000000000000ab-7");
}

TEST_CASE("null makes a number absent, and a number makes it present") {
  auto mirror = mirror_at_keyframe();
  feed(mirror, event("delta", R"({"seq":6,"base":5,"time_ms":1,"sample_ns":1,)"
                              R"("process":{"rss":null,"commit":77},)"
                              R"("breakdown":{"untracked":null,"overcounted":null},)"
                              R"("pools":{"small":{"peak":44,"slots":null}}})"));
  auto const& snapshot = *mirror.snapshot();
  CHECK(snapshot.sequence == 6);
  CHECK_FALSE(snapshot.process.rss);
  CHECK(snapshot.process.commit->value() == 77);
  CHECK_FALSE(snapshot.untracked);
  CHECK_FALSE(snapshot.overcounted);
  CHECK(snapshot.nodes[2].peak->value() == 44);
  CHECK_FALSE(snapshot.nodes[2].slot_count);
  CHECK_FALSE(snapshot.nodes[1].slot_count);
}

TEST_CASE("errors are replaced as a whole, and a keyframe without any has none") {
  auto mirror = mirror_at_keyframe();
  feed(mirror,
       event("delta", R"({"seq":6,"base":5,"time_ms":1,"sample_ns":1,"errors":[)"
                      R"({"step":"open_statm","code":24},{"step":"of_tomorrow","code":-3}]})"));
  REQUIRE(mirror.snapshot()->errors.size() == 2);
  CHECK(mirror.snapshot()->errors[1].step == "of_tomorrow");
  CHECK(mirror.snapshot()->errors[1].code == -3);
  REQUIRE(mirror.snapshot()->process.errors.size() == 1);
  CHECK(mirror.snapshot()->process.errors.begin()->code == 24);
  feed(mirror, event("delta", R"({"seq":7,"base":6,"time_ms":1,"sample_ns":1})"));
  CHECK(mirror.snapshot()->errors.size() == 2);
  feed(mirror, event("delta", R"({"seq":8,"base":7,"time_ms":1,"sample_ns":1,"errors":[]})"));
  CHECK(mirror.snapshot()->errors.empty());
  CHECK(mirror.snapshot()->process.errors.empty());
  feed(mirror, event("delta", R"({"seq":9,"base":8,"time_ms":1,"sample_ns":1,"errors":[)"
                              R"({"step":"getrusage","code":1}]})"));
  CHECK(mirror.snapshot()->errors.size() == 1);
  feed(mirror, event("snapshot", replaced(keyframe_data, R"("seq":5)", R"("seq":10)")));
  CHECK(mirror.snapshot()->sequence == 10);
  CHECK(mirror.snapshot()->errors.empty());
}

TEST_CASE("frames without an id, as full snapshots have them, are frames") {
  stream_decoder mirror;
  feed(mirror, layout_event);
  CHECK(report_of(mirror, event("snapshot", keyframe_data)).outcome == decode_outcome::applied);
  CHECK(mirror.last_event_id() == "00000000000000ab-5");
  CHECK(report_of(mirror, event("delta", delta_data)).outcome == decode_outcome::applied);
}

TEST_CASE("data that is no JSON object is refused") {
  for (auto const* data : {"", "{", "x", "[]", "1", "null", "{}}", "{\"seq\":6,}", "{\"seq\":06}",
                           "{\"seq\":6} {}", "\xff", "{\"\xc0\x80\":1}"}) {
    refuses(event("delta", data), decode_outcome::malformed, "the data is no JSON object");
    refuses(event("snapshot", data), decode_outcome::malformed, "the data is no JSON object");
  }
  refuses(event("alive", "["), decode_outcome::malformed, "alive: no JSON object");
  refuses(event("alive", "{}"), decode_outcome::malformed, "alive: no seq");
  refuses(event("layout", "nonsense"), decode_outcome::malformed, "layout: no JSON object");
}

TEST_CASE("a frame cut anywhere changes nothing") {
  for (std::size_t n = 0; n < delta_data.size(); ++n) {
    refuses(event("delta", std::string_view{delta_data}.substr(0, n)), decode_outcome::malformed,
            "the data is no JSON object");
  }
  for (std::size_t n = 0; n < keyframe_data.size(); n += 7) {
    refuses(event("snapshot", std::string_view{keyframe_data}.substr(0, n)),
            decode_outcome::malformed, "the data is no JSON object");
  }
}

TEST_CASE("numbers that no sender may say are refused") {
  for (auto const* bad :
       {"-1", "-0.0", "1.5", "1e3", "18446744073709551615.0", "\"50\"", "true", "{}", "[]"}) {
    std::string const number{bad};
    refuses_delta(R"("rss":1010)", R"("rss":)" + number, "process: no object of numbers");
    refuses_delta(R"("heap":50)", R"("heap":)" + number, "breakdown: no object of numbers");
    refuses_delta(R"("objects":6)", R"("objects":)" + number, "pools: no objects of numbers");
    refuses_delta(R"("seq":7)", R"("seq":)" + number, "seq: no number");
    refuses_delta(R"("base":5)", R"("base":)" + number, "base: no number");
    refuses_delta(R"("time_ms":70)", R"("time_ms":)" + number, "time_ms: no number");
    refuses_delta(R"("sample_ns":8)", R"("sample_ns":)" + number, "sample_ns: no number");
    refuses_keyframe(R"("rss":1000)", R"("rss":)" + number, "process: no object of numbers");
    refuses(event("alive", R"({"seq":)" + number + "}"), decode_outcome::malformed,
            "alive: no seq");
  }
  // What 64 bits do not hold is no JSON that simdjson reads.
  for (auto const* bad : {"18446744073709551616", "1e400", "99999999999999999999999999999999999"}) {
    refuses_delta(R"("rss":1010)", R"("rss":)" + std::string{bad}, "the data is no JSON object");
  }
  refuses_delta(R"("heap":50)", R"("heap":null)", "breakdown: null for a node");
  refuses_delta(R"("used":50)", R"("used":null)", "pools: null for used");
  refuses_delta(R"("base":5)", R"("base":7)", "base: not before seq");
  refuses_delta(R"("base":5)", R"("base":8)", "base: not before seq");
  refuses_delta(R"(,"time_ms":70)", "", "time_ms: no number");
  refuses_delta(R"("base":5,)", "", "base: no number");
  refuses_delta(R"("seq":7,)", "", "seq: no number");
}

TEST_CASE("the largest number is a number") {
  auto mirror = mirror_at_keyframe();
  auto const data = replaced(delta_data, R"("rss":1010)", R"("rss":18446744073709551615)");
  CHECK(report_of(mirror, event("delta", data)).outcome == decode_outcome::applied);
  CHECK(*mirror.snapshot()->process.rss == memscape::bytes::max());
}

TEST_CASE("names that the layout does not have are refused") {
  refuses_delta(R"("heap":50)", R"("heap":50,"other":1)",
                "breakdown: a key that the layout does not have");
  refuses_delta(R"("pools":{)", R"("pools":{"other":{"used":1},)",
                "pools: a key that the layout does not have");
  refuses_delta(R"("pools":{)", R"("pools":{"heap":{"used":50},)", "pools: a group");
  refuses_delta(R"("rss":1010)", R"("rzz":1010)", "process: an unknown name");
  refuses_delta(R"("objects":6)", R"("objekts":6)", "pools: an unknown name");
  refuses_delta(R"("process":{"rss":1010})", R"("process":[])", "process: no object of numbers");
  refuses_delta(R"("process":{"rss":1010})", R"("process":null)", "process: no object of numbers");
  refuses_delta(R"("pools":{"small":{"used":50,"objects":6}})", R"("pools":7)", "pools: no object");
}

TEST_CASE("a frame that says something twice, or two things at once, is refused") {
  refuses_delta(R"("rss":1010)", R"("rss":1010,"rss":1010)", "process: a number twice");
  refuses_delta(R"("heap":50)", R"("heap":50,"heap":50)", "breakdown: a key twice");
  refuses_delta(R"("heap":50)", R"("heap":50,"untracked":1,"untracked":1)",
                "breakdown: a key twice");
  refuses_delta(R"("objects":6)", R"("objects":6,"objects":6)", "pools: a number twice");
  refuses_delta(R"("objects":6})", R"("objects":6},"small":{})", "pools: a key twice");
  refuses_delta(R"("used":50)", R"("used":51)",
                "a leaf has one value in breakdown and another in pools");
  refuses(
      event("delta", R"({"seq":7,"base":5,"time_ms":1,"sample_ns":1,"pools":{"small":{"used":1}},)"
                     R"("breakdown":{"small":2}})"),
      decode_outcome::malformed, "a leaf has one value in breakdown and another in pools");
  refuses_keyframe(R"({"used":100)", R"({"used":99)",
                   "a leaf has one value in breakdown and another in pools");
}

TEST_CASE("a keyframe is whole or nothing") {
  refuses_keyframe(R"("rss":1000,)", "", "process: a number is missing");
  refuses_keyframe(R"(,"page_faults_major":0)", "", "process: a number is missing");
  refuses_keyframe(process + ",", "", "process: a number is missing");
  refuses_keyframe(R"("heap":40,)", "", "breakdown: a node is missing");
  refuses_keyframe(R"("untracked":860,)", "", "breakdown: untracked or overcounted is missing");
  refuses_keyframe(R"(,"overcounted":0)", "", "breakdown: untracked or overcounted is missing");
  refuses_keyframe(breakdown + ",", "", "breakdown: untracked or overcounted is missing");
  refuses_keyframe("," + pools, "", "pools: a leaf or one of its numbers is missing");
  refuses_keyframe(R"("peak":null,)", "", "pools: a leaf or one of its numbers is missing");
  refuses_keyframe(R"(,"time_ms":50)", "", "time_ms: no number");
}

TEST_CASE("errors that make no sense are refused") {
  auto const errors = [](std::string_view list) {
    return event("delta", R"({"seq":7,"base":5,"time_ms":1,"sample_ns":1,"errors":)" +
                              std::string{list} + "}");
  };
  refuses(errors("null"), decode_outcome::malformed, "errors: no list");
  refuses(errors("{}"), decode_outcome::malformed, "errors: no list");
  refuses(errors("[1]"), decode_outcome::malformed, "errors: a step that is no text");
  refuses(errors(R"([{"step":1,"code":1}])"), decode_outcome::malformed,
          "errors: a step that is no text");
  refuses(errors(R"([{"step":"x"}])"), decode_outcome::malformed,
          "errors: a code that is no whole number");
  refuses(errors(R"([{"step":"x","code":2147483648}])"), decode_outcome::malformed,
          "errors: a code that 32 bits do not hold");
  std::string many = R"([{"step":"x","code":1})";
  for (int i = 0; i < 64; ++i) many += R"(,{"step":"x","code":1})";
  refuses(errors(many + "]"), decode_outcome::malformed, "errors: more than the limit allows");
  refuses(errors(R"([{"step":")" + std::string(300, 'x') + R"(","code":1}])"),
          decode_outcome::malformed, "errors: a step longer than the limit allows");
}

TEST_CASE("members of later senders are skipped where a keyframe shows that they exist") {
  auto mirror = mirror_at_keyframe();
  auto data = replaced(keyframe_data, R"("seq":5)", R"("seq":6,"new":{"x":-1})");
  data = replaced(data, R"("rss":1000)", R"("rss":1000,"swap":3)");
  CHECK(report_of(mirror, event("snapshot", data)).outcome == decode_outcome::applied);
  data = replaced(delta_data, R"("base":5)", R"("base":6,"new":[])");
  data = replaced(data, R"("rss":1010)", R"("swap":4,"rss":1010)");
  CHECK(report_of(mirror, event("delta", data)).outcome == decode_outcome::applied);
  CHECK(mirror.snapshot()->process.rss->value() == 1010);
  CHECK(report_of(mirror, event("from_tomorrow", "{}")).outcome == decode_outcome::ignored);
  CHECK(report_of(mirror, event("message", "hello")).outcome == decode_outcome::ignored);
}

TEST_CASE("an id that is not the frame's is refused") {
  for (auto const* id : {"x", "7", "00000000000000ab", "00000000000000ab-", "00000000000000ab-07",
                         "00000000000000AB-7", "ab-7", "00000000000000ab-7 "}) {
    refuses(event("delta", delta_data, id), decode_outcome::malformed,
            "id: not a stream and a number");
  }
  refuses(event("delta", delta_data, "00000000000000ab-8"), decode_outcome::malformed,
          "id: another number than the frame's seq");
  refuses(event("delta", delta_data, "00000000000000ac-7"), decode_outcome::other_stream, "");
  refuses(event("snapshot", keyframe_data, "00000000000000ac-5"), decode_outcome::other_stream, "");
}

TEST_CASE("frames that are missing, come twice, or come late are told apart") {
  refuses(event("delta", replaced(delta_data, R"("base":5)", R"("base":6)")), decode_outcome::gap,
          "base: not the frame applied last");
  refuses(event("delta", replaced(delta_data, R"("base":5)", R"("base":4)")), decode_outcome::gap,
          "base: not the frame applied last");
  refuses(keyframe_event, decode_outcome::duplicate, "");
  refuses(event("snapshot", replaced(keyframe_data, R"("seq":5)", R"("seq":4)")),
          decode_outcome::out_of_order, "");
  refuses(event("delta", R"({"seq":5,"base":4})"), decode_outcome::duplicate, "");
  refuses(event("delta", R"({"seq":4,"base":3})"), decode_outcome::out_of_order, "");
  refuses(event("alive", R"({"seq":6,"time_ms":1})"), decode_outcome::gap,
          "alive: another frame was sent last");
  refuses(event("alive", R"({"seq":4,"time_ms":1})"), decode_outcome::gap,
          "alive: another frame was sent last");
  refuses(event("alive", R"({"seq":5,"time_ms":1})"), decode_outcome::alive, "");
}

TEST_CASE("whoever reads on after a gap is right again at the next keyframe") {
  auto mirror = mirror_at_keyframe();
  auto const lost = replaced(delta_data, R"("base":5)", R"("base":6)");
  CHECK(report_of(mirror, event("delta", lost)).action() == decode_action::reconnect);
  auto const next = replaced(keyframe_data, R"("seq":5)", R"("seq":8)");
  CHECK(report_of(mirror, event("snapshot", next)).outcome == decode_outcome::applied);
  CHECK(mirror.snapshot()->sequence == 8);
}

TEST_CASE("after a reconnect the missed frames apply, and repeated ones are skipped") {
  auto mirror = mirror_at_keyframe();
  feed(mirror, std::string_view{delta_event}.substr(0, 60));
  mirror.restart();
  CHECK(mirror.last_event_id() == "00000000000000ab-5");
  auto const reports = feed(mirror, keyframe_event + delta_event + delta_event);
  REQUIRE(reports.size() == 3);
  CHECK(reports[0].outcome == decode_outcome::duplicate);
  CHECK(reports[1].outcome == decode_outcome::applied);
  CHECK(reports[2].outcome == decode_outcome::duplicate);
}

TEST_CASE(
    "after a repeated layout the server decides where to begin, and the picture stays until then") {
  auto mirror = mirror_at_keyframe();
  picture const before{mirror};
  CHECK(report_of(mirror, layout_event).outcome == decode_outcome::layout);
  CHECK(picture{mirror} == before);
  // A number that was absurdly high does not lock the mirror out.
  auto const lower = replaced(keyframe_data, R"("seq":5)", R"("seq":2)");
  CHECK(report_of(mirror, event("snapshot", lower)).outcome == decode_outcome::applied);
  CHECK(mirror.snapshot()->sequence == 2);
  CHECK(report_of(mirror, event("snapshot", lower)).outcome == decode_outcome::duplicate);
}

TEST_CASE("a restarted program is followed: its layout clears the numbers of the one before") {
  auto mirror = mirror_at_keyframe();
  mirror.restart();
  auto const layout = replaced(layout_event, "00000000000000ab", "00000000000000cd");
  CHECK(report_of(mirror, layout).outcome == decode_outcome::layout);
  CHECK(mirror.snapshot() == nullptr);
  CHECK(mirror.last_event_id().empty());
  CHECK(report_of(mirror, event("delta", delta_data)).outcome == decode_outcome::gap);
  CHECK(report_of(mirror, keyframe_event).outcome == decode_outcome::other_stream);
  feed(mirror, layout);
  auto const frame = event("snapshot", keyframe_data, "00000000000000cd-5");
  CHECK(report_of(mirror, frame).outcome == decode_outcome::applied);
  CHECK(mirror.last_event_id() == "00000000000000cd-5");
}

TEST_CASE("a frame of another stream asks for a layout, and shows nothing of it") {
  auto mirror = mirror_at_keyframe();
  auto const foreign =
      event("snapshot", replaced(keyframe_data, R"("seq":5)", R"("seq":9)"), "00000000000000cd-9");
  CHECK(report_of(mirror, foreign).action() == decode_action::reconnect);
  CHECK(mirror.snapshot()->sequence == 5);
  CHECK(mirror.last_event_id().empty());
  CHECK_FALSE(mirror.stream());
  CHECK(report_of(mirror, foreign).outcome == decode_outcome::no_layout);
  CHECK(report_of(mirror, delta_event).outcome == decode_outcome::no_layout);
}

TEST_CASE("another tree in the same stream clears the numbers") {
  auto mirror = mirror_at_keyframe();
  feed(mirror, replaced(layout_event, R"("key":"small")", R"("key":"tiny")"));
  CHECK(mirror.tree()[2].key == "tiny");
  CHECK(mirror.snapshot() == nullptr);
}

TEST_CASE("frames before a layout are not guessed at") {
  stream_decoder mirror;
  for (auto const& text : {keyframe_event, delta_event}) {
    auto const report = report_of(mirror, text);
    CHECK(report.outcome == decode_outcome::no_layout);
    CHECK(report.action() == decode_action::reconnect);
  }
  CHECK(report_of(mirror, event("alive", R"({"seq":5})")).outcome == decode_outcome::alive);
  CHECK(mirror.snapshot() == nullptr);
  CHECK(mirror.tree().size() == 0);
  feed(mirror, layout_event);
  auto const early = report_of(mirror, delta_event);
  CHECK(early.outcome == decode_outcome::gap);
  CHECK(early.fault == "a delta before any keyframe");
}

TEST_CASE("another version of the protocol is refused, and so are its frames") {
  for (auto const* version : {"0", "2", "18446744073709551615"}) {
    refuses(replaced(layout_event, R"("protocol":1)", R"("protocol":)" + std::string{version}),
            decode_outcome::refused, "layout: an unknown protocol version");
  }
  auto mirror = mirror_at_keyframe();
  auto const report = report_of(mirror, event("layout", R"({"protocol":2,"tree":"whatever"})"));
  CHECK(report.action() == decode_action::stop);
  CHECK(report_of(mirror, delta_event).outcome == decode_outcome::no_layout);
  CHECK(mirror.snapshot()->sequence == 5);
}

TEST_CASE("layouts that make no sense are refused, and the one before stays") {
  auto const refused = [](std::string_view what, std::string_view with, std::string_view fault) {
    refuses(replaced(layout_event, what, with), decode_outcome::malformed, fault);
  };
  refused(R"("protocol":1,)", "", "layout: no protocol version");
  refused(R"("protocol":1,)", R"("protocol":"1",)", "layout: no protocol version");
  refused(R"("stream":"00000000000000ab",)", "", "layout: no stream");
  for (auto const* bad : {"", "ab", "00000000000000AB", "00000000000000ag", "00000000000000ab0",
                          "00000000000000ab-1", "zzzzzzzzzzzzzzzz"}) {
    refused("00000000000000ab", bad, "layout: a stream that is not 16 hexadecimal digits");
  }
  refused(R"("interval_ms":250,)", "", "layout: no interval_ms");
  refused(R"("interval_ms":250,)", R"("interval_ms":-1,)", "layout: no interval_ms");
  refused(R"("nodes":[)", R"("no":[)", "layout: no list of nodes");
  refused(R"("nodes":[)", R"("nodes":[7,)", "layout: a node without a key");
  refused(R"("key":"heap",)", "", "layout: a node without a key");
  refused(R"("label":"Heap",)", "", "layout: a node without a label");
  refused(R"(,"kind":"group")", "", "layout: a node without a kind");
  refused(R"("kind":"group")", R"("kind":"tree")", "layout: a node that is neither leaf nor group");
  refused(R"("parent":null,)", "", "layout: a node without a parent");
  refused(R"("parent":null)", R"("parent":0)", "layout: a parent that is no key");
  refused(R"("parent":"heap")", R"("parent":"none")",
          "layout: a parent that does not enclose its node");
  refused(R"("parent":null,"kind":"group")", R"("parent":"arena","kind":"group")",
          "layout: a parent that is no group");
  refused(R"("key":"small")", R"("key":"arena")", "layout: two nodes with one key");
  for (auto const* bad : {"", "Small", "1st", "a b", "a\\u0000", "untracked", "overcounted"}) {
    refused(R"("key":"small")", R"("key":")" + std::string{bad} + "\"",
            "layout: a key that no node may have");
  }
}

TEST_CASE("what a sender may make its viewers hold is bounded") {
  stream_decoder mirror{{.event_bytes = 2000, .nodes = 3, .key_bytes = 5, .label_bytes = 5}};
  CHECK(report_of(mirror, layout_event).outcome == decode_outcome::layout);
  auto const report = [&](std::string_view what, std::string_view with) {
    return report_of(mirror, replaced(layout_event, what, with)).fault;
  };
  CHECK(report("\"nodes\":[", R"("nodes":[{"key":"x","label":"X","parent":null,"kind":"leaf"},)") ==
        "layout: more nodes than the limit allows");
  CHECK(report(R"("key":"arena")", R"("key":"arenas")") ==
        "layout: a key longer than the limit allows");
  CHECK(report(R"("label":"Arena")", R"("label":"Arenas")") ==
        "layout: a label longer than the limit allows");
  CHECK(mirror.tree().size() == 3);
  auto const long_line = report_of(mirror, "data: " + std::string(2000, 'x') + "\n\n");
  CHECK(long_line.outcome == decode_outcome::too_large);
  CHECK(long_line.fault == "a line is longer than the limit allows");
  CHECK(long_line.action() == decode_action::go_on);
  std::string lines;
  for (int i = 0; i < 3; ++i) lines += "data: " + std::string(900, 'x') + "\n";
  CHECK(report_of(mirror, lines + "\n").fault == "the data is longer than the limit allows");
  CHECK(report_of(mirror, keyframe_event).outcome == decode_outcome::applied);
}

TEST_CASE("lines of a megabyte cost their event and nothing else") {
  auto mirror = mirror_at_keyframe();
  std::string const megabyte(std::size_t{1} << 20U, ' ');
  CHECK(report_of(mirror, event("delta", megabyte + delta_data)).outcome ==
        decode_outcome::too_large);
  auto const almost = std::string_view{megabyte}.substr(1000);
  CHECK(report_of(mirror, event("delta", std::string{almost} + delta_data)).outcome ==
        decode_outcome::applied);
}

TEST_CASE("the same bytes give the same picture and reports, however they are cut") {
  std::string const stream = "\xEF\xBB\xBF: hello\r\n" + layout_event + keyframe_event +
                             replaced(delta_event, "\n", "\r\n") + event("alive", R"({"seq":7})") +
                             event("delta", "{") + event("x", "y") + keyframe_event;
  auto const run = [](std::vector<std::string_view> const& pieces, stream_decoder& mirror) {
    std::vector<std::string> reports;
    for (auto const piece : pieces) {
      mirror.feed(piece, [&](decode_report const& report) {
        reports.push_back(std::string{name_of(report.outcome)} += report.fault);
      });
    }
    return reports;
  };
  stream_decoder whole;
  auto const expected = run({stream}, whole);
  CHECK(expected.size() == 7);
  test_support::for_each_chunking(stream, 100, [&](auto const& pieces) {
    stream_decoder mirror;
    CHECK(run(pieces, mirror) == expected);
    CHECK(picture{mirror} == picture{whole});
  });
}

namespace {

// What a delta_stream sends of random snapshots, a keyframe now and then.
template <std::uint64_t Seed>
void mirrors_random_snapshots() {
  using layout = test_support::random_layout<Seed>;
  test_support::random_numbers random{Seed};
  constexpr memscape::stream_id name{Seed};
  memscape::delta_stream<layout> stream{name, {.keyframe_every_ms = 10, .alive_every_ms = 5}};
  std::vector<char> buffer(std::max(stream.max_size, memscape::sse_json::max_layout_size<layout>));
  stream_decoder mirror;
  feed(mirror, memscape::sse_json::write_layout<layout>(buffer, name, 250));
  CHECK(test_support::equals<layout>(mirror.tree(), false));
  auto snap = test_support::random_snapshot<layout>(random);
  snap.sequence = 0;
  for (std::uint64_t now_ms = 0; now_ms < 60; ++now_ms) {
    // Most fields stay, so that deltas are what they are for.
    auto const other = test_support::random_snapshot<layout>(random);
    snap.sequence += 1 + random.below(3);
    snap.time_ms = other.time_ms;
    for (std::size_t i = 0; i < layout::size; ++i) {
      if (random.below(4) == 0) snap.nodes[i] = other.nodes[i];
    }
    if (random.below(2) == 0) snap.process = other.process;
    auto const frame = stream.next(buffer, snap, now_ms);
    if (frame.kind == memscape::frame_kind::none) continue;
    auto const report = report_of(mirror, frame.text);
    CHECK(report.outcome == (frame.kind == memscape::frame_kind::alive ? decode_outcome::alive
                                                                       : decode_outcome::applied));
    CHECK(report.fault == "");
    CHECK(test_support::equals(mirror.snapshot(), stream.last_sent(), false));
    CHECK(mirror.stream() == name);
  }
}

}  // namespace

TEST_CASE("after each frame a mirror holds what the stream sent, on random trees") {
  [&]<std::uint64_t... Seed>(std::integer_sequence<std::uint64_t, Seed...>) {
    (mirrors_random_snapshots<Seed + 1>(), ...);
  }(std::make_integer_sequence<std::uint64_t, 6>{});
}

TEST_CASE("a mirrored registry has the sums of the sender's groups, and its labels") {
  using namespace memscape;
  registry memory{
      fixed_reader{process_memory{.rss = bytes{1'000}}},
      leaf<"arena", "Ar\"en\na">(
          callable_source{[]() noexcept { return usage{.used = bytes{10}}; }}),
      group<"heap", "Heap">(
          leaf<"a">(callable_source{
              []() noexcept { return usage{.used = bytes{1}, .committed = bytes{2}}; }}),
          group<"inner", "Größe">(leaf<"b">(callable_source{[]() noexcept {
            return usage{.used = bytes{1}, .committed = bytes::max(), .slot_count = count{4}};
          }})))};
  using layout = decltype(memory)::layout;
  std::array<char, sse_json::max_layout_size<layout> + sse_json::max_size<layout>> buffer;
  stream_decoder mirror;
  feed(mirror, sse_json::write_layout<layout>(buffer, stream_id{1}, 250));
  CHECK(test_support::equals<layout>(mirror.tree(), true));
  auto const snap = memory.collect();
  feed(mirror, sse_json::write(buffer, snap, stream_id{1}));
  CHECK(test_support::equals(mirror.snapshot(), snap, true));
}
