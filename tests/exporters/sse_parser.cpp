// SPDX-License-Identifier: MIT
#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/exporters/sse_parser.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "mirror_support.hpp"

using memscape::sse_event;
using memscape::sse_fault;
using memscape::sse_parser;
using namespace std::string_view_literals;

namespace {

struct seen {
  std::string type{"message"};
  std::string data{};
  std::string last_event_id{};
  bool has_id = false;
  sse_fault fault = sse_fault::none;

  friend auto operator==(seen const&, seen const&) -> bool = default;
};

auto dropped(sse_fault fault) -> seen { return {.type = "", .fault = fault}; }

auto read(sse_parser& parser, std::vector<std::string_view> const& pieces) -> std::vector<seen> {
  std::vector<seen> events;
  for (auto const piece : pieces) {
    parser.feed(piece, [&](sse_event const& event) {
      events.push_back({std::string{event.type}, std::string{event.data},
                        std::string{event.last_event_id}, event.has_id, event.fault});
    });
  }
  return events;
}

// The events of a stream, which have to be the same however it is cut.
auto events_of(std::string_view stream, std::size_t limit = sse_parser::default_limit)
    -> std::vector<seen> {
  sse_parser whole{limit};
  auto const expected = read(whole, {stream});
  test_support::for_each_chunking(stream, 50, [&](auto const& pieces) {
    sse_parser parser{limit};
    auto const events = read(parser, pieces);
    CHECK(events == expected);
    CHECK(parser.last_event_id() == whole.last_event_id());
    CHECK(parser.retry_ms() == whole.retry_ms());
  });
  return expected;
}

using events = std::vector<seen>;

}  // namespace

TEST_CASE("an empty line ends an event, and nothing else does") {
  CHECK(events_of("data: a\n\n") == events{{.data = "a"}});
  CHECK(events_of("data: a\n").empty());
  CHECK(events_of("data: a").empty());
  CHECK(events_of("").empty());
  CHECK(events_of("\n\n\n").empty());
  CHECK(events_of("data: a\n\ndata: b\n\n\ndata: c\n\n") ==
        events{{.data = "a"}, {.data = "b"}, {.data = "c"}});
}

TEST_CASE("lines end with LF, CR or CRLF, also mixed") {
  events const two{{.type = "x", .data = "a\nb"}, {.data = "c"}};
  CHECK(events_of("event: x\ndata: a\ndata: b\n\ndata: c\n\n") == two);
  CHECK(events_of("event: x\rdata: a\rdata: b\r\rdata: c\r\r") == two);
  CHECK(events_of("event: x\r\ndata: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n") == two);
  CHECK(events_of("event: x\rdata: a\r\ndata: b\n\r\ndata: c\r\n\r") == two);
  CHECK(events_of("data: a\n\rdata: b\r\n\r\n") == events{{.data = "a"}, {.data = "b"}});
}

TEST_CASE("a CR ends its line at once: the event does not wait for what may follow") {
  sse_parser parser;
  CHECK(read(parser, {"data: a\r\r"}) == events{{.data = "a"}});
  CHECK(read(parser, {"\n"}).empty());
  CHECK(read(parser, {"data: b\n\n"}) == events{{.data = "b"}});
}

TEST_CASE("a byte order mark is skipped once, at the beginning") {
  CHECK(events_of("\xEF\xBB\xBF"
                  "data: a\n\n") == events{{.data = "a"}});
  CHECK(events_of("\xEF\xBB\xBF\n\n"
                  "data: a\n\n") == events{{.data = "a"}});
  CHECK(events_of("\xEF\xBB\xBF: comment\ndata: a\n\n") == events{{.data = "a"}});
  CHECK(events_of("\n\xEF\xBB\xBF"
                  "data: a\n\n")
            .empty());
  CHECK(events_of("\xEF\xBB\xBF\xEF\xBB\xBF"
                  "data: a\n\n")
            .empty());
  CHECK(events_of("\xEF\xBB"
                  "data: a\n\n")
            .empty());
  CHECK(events_of("data: \xEF\xBB\xBF\n\n") == events{{.data = "\xEF\xBB\xBF"}});
}

TEST_CASE("comments and unknown fields say nothing") {
  CHECK(events_of(": data: no\ndata: a\n:\n\n") == events{{.data = "a"}});
  CHECK(events_of("dat: no\ndataa: no\nDATA: no\n data: no\ndata: a\nunknown\n\n") ==
        events{{.data = "a"}});
}

TEST_CASE("one blank behind the colon is not part of the value") {
  CHECK(events_of("data:a\n\n") == events{{.data = "a"}});
  CHECK(events_of("data:  a \n\n") == events{{.data = " a "}});
  CHECK(events_of("data:\ta\n\n") == events{{.data = "\ta"}});
  CHECK(events_of("data: a: b\n\n") == events{{.data = "a: b"}});
}

TEST_CASE("data lines are joined, and an empty one counts") {
  CHECK(events_of("data: a\ndata\ndata:\ndata: b\n\n") == events{{.data = "a\n\n\nb"}});
  CHECK(events_of("data\n\n") == events{{.data = ""}});
  CHECK(events_of("data\ndata\n\n") == events{{.data = "\n"}});
  CHECK(events_of("data: a\0b\n\n"sv) == events{{.data = std::string{"a\0b", 3}}});
}

TEST_CASE("an event's name holds for one event, and an event without data does not happen") {
  CHECK(events_of("event: x\ndata: a\n\ndata: b\n\n") ==
        events{{.type = "x", .data = "a"}, {.data = "b"}});
  CHECK(events_of("event: x\n\ndata: b\n\n") == events{{.data = "b"}});
  CHECK(events_of("event: x\nevent: y\ndata: a\n\n") == events{{.type = "y", .data = "a"}});
  CHECK(events_of("event: x\nevent\ndata: a\n\n") == events{{.data = "a"}});
}

TEST_CASE("an id stays until the next one") {
  CHECK(events_of("id: 1\ndata: a\n\ndata: b\n\nid: 2\ndata: c\n\nid\ndata: d\n\n") ==
        events{{.data = "a", .last_event_id = "1", .has_id = true},
               {.data = "b", .last_event_id = "1"},
               {.data = "c", .last_event_id = "2", .has_id = true},
               {.data = "d", .last_event_id = "", .has_id = true}});
}

TEST_CASE("an id without data counts once its block has ended") {
  CHECK(events_of("id: 7\n\ndata: a\n\n") == events{{.data = "a", .last_event_id = "7"}});
  sse_parser parser;
  CHECK(read(parser, {"id: 1\n\nid: 2\n"}).empty());
  CHECK(parser.last_event_id() == "1");
  CHECK(read(parser, {"\n"}).empty());
  CHECK(parser.last_event_id() == "2");
}

TEST_CASE("an id that holds NUL is no id") {
  CHECK(events_of("id: 1\ndata: a\n\nid: 2\0\ndata: b\n\n"sv) ==
        events{{.data = "a", .last_event_id = "1", .has_id = true},
               {.data = "b", .last_event_id = "1"}});
}

TEST_CASE("retry takes digits and nothing else") {
  auto const retry_of = [](std::string_view lines) {
    events_of(lines);
    sse_parser parser;
    read(parser, {lines});
    return parser.retry_ms();
  };
  CHECK_FALSE(retry_of("data: a\n\n"));
  CHECK(retry_of("retry: 1000\n") == 1000U);
  CHECK(retry_of("retry:0\n") == 0U);
  CHECK(retry_of("retry: 007\n") == 7U);
  for (auto const bad :
       {"retry: 1000\nretry: -1\n", "retry: 1000\nretry: 1.5\n", "retry: 1000\nretry:  5\n",
        "retry: 1000\nretry: 5 \n", "retry: 1000\nretry: 0x5\n", "retry: 1000\nretry\n",
        "retry: 1000\nretry:\n", "retry: 1000\nretry: 1e3\n"}) {
    CHECK(retry_of(bad) == 1000U);
  }
  CHECK(retry_of("retry: 18446744073709551615\n") == 18446744073709551615U);
  CHECK(retry_of("retry: 18446744073709551616\n") == 18446744073709551615U);
  CHECK(retry_of("retry: 99999999999999999999999999999\n") == 18446744073709551615U);
}

TEST_CASE("a line above the limit costs its event, and no other") {
  std::string const longer(33, 'x');
  std::string const fits = "data: " + std::string(26, 'y');
  CHECK(events_of(fits + "\n\n", 32) == events{{.data = std::string(26, 'y')}});
  CHECK(events_of("data: a\n\nevent: b\n" + longer + "\ndata: c\n\ndata: d\n\n", 32) ==
        events{{.data = "a"}, dropped(sse_fault::line_too_long), {.data = "d"}});
  CHECK(events_of(longer, 32) == events{dropped(sse_fault::line_too_long)});
  CHECK(events_of(longer + "\n" + longer + "\n\n" + longer + "\n\n", 32) ==
        events{dropped(sse_fault::line_too_long), dropped(sse_fault::line_too_long)});
  // The mark is no part of the line that it stands before, but takes room like one.
  CHECK(events_of("\xEF\xBB\xBF"
                  "data: " +
                      std::string(23, 'y') + "\n\n",
                  32)
            .size() == 1);
}

TEST_CASE("a comment may be as long as it likes") {
  std::string const comment = ":" + std::string(1000, 'x');
  CHECK(events_of("data: a\n" + comment + "\ndata: b\n\n", 32) == events{{.data = "a\nb"}});
  CHECK(events_of("\xEF\xBB\xBF" + comment + "\ndata: b\n\n", 32) == events{{.data = "b"}});
}

TEST_CASE("the data of an event is bounded as its lines are") {
  std::string const line = "data: " + std::string(15, 'x') + "\n";
  CHECK(events_of(line + line + "\ndata: a\n\n", 32) ==
        events{{.data = std::string(15, 'x') + "\n" + std::string(15, 'x')}, {.data = "a"}});
  CHECK(events_of(line + line + "data: x\n\ndata: a\n\n", 32) ==
        events{dropped(sse_fault::event_too_long), {.data = "a"}});
  std::string endless;
  for (int i = 0; i < 100; ++i) endless += "data\n";
  CHECK(events_of(endless + "\n", 32) == events{dropped(sse_fault::event_too_long)});
}

TEST_CASE("the id of a dropped event does not count as received") {
  CHECK(events_of("id: 1\ndata: a\n\nid: 2\n" + std::string(33, 'x') + "\nid: 3\n\ndata: b\n\n",
                  32) == events{{.data = "a", .last_event_id = "1", .has_id = true},
                                dropped(sse_fault::line_too_long),
                                {.data = "b", .last_event_id = "1"}});
}

TEST_CASE("a megabyte without an end is dropped in bounded memory, and reading goes on") {
  sse_parser parser;
  std::string const chunk(64 * 1024, 'x');
  std::size_t reports = 0;
  for (int i = 0; i < 100; ++i) reports += read(parser, {chunk}).size();
  CHECK(reports == 1);
  CHECK(read(parser, {"\n\ndata: a\n\n"}) == events{{.data = "a"}});
}

TEST_CASE("a limit below any use is raised") {
  CHECK(events_of("data: a\n\n", 0) == events{{.data = "a"}});
}

TEST_CASE("a new connection forgets half an event and keeps what was received") {
  sse_parser parser;
  CHECK(read(parser, {"retry: 5\nid: 1\ndata: a\n\nid: 2\nevent: x\ndata: b\nda"}).size() == 1);
  parser.restart();
  CHECK(read(parser, {"\xEF\xBB\xBF"
                      "data: c\n\n"}) == events{{.data = "c", .last_event_id = "1"}});
  CHECK(parser.last_event_id() == "1");
  CHECK(parser.retry_ms() == 5U);

  CHECK(read(parser, {"data: d\r"}).empty());
  parser.restart();
  CHECK(read(parser, {"\ndata: e\n\n"}) == events{{.data = "e", .last_event_id = "1"}});

  sse_parser small{16};
  CHECK(read(small, {"data: 12345678901234567890"}) == events{dropped(sse_fault::line_too_long)});
  small.restart();
  CHECK(read(small, {"data: f\n\n"}) == events{{.data = "f"}});
}

TEST_CASE("any bytes are events or none, the same in any chunking") {
  test_support::random_numbers random{1};
  for (int i = 0; i < 200; ++i) {
    std::string text;
    for (auto n = random.below(60); n > 0; --n) {
      constexpr std::string_view pieces[] = {
          "\n", "\r",           "\r\n", "data:",    "data: ", "id:",  "event: ",
          "x",  "\xEF\xBB\xBF", ":",    "retry: 5", "\n\n",   "\0"sv, "12345678"};
      text += pieces[random.below(std::size(pieces))];
    }
    events_of(text, 16 + random.below(20));
  }
}
