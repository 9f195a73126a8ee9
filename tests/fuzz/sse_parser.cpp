// SPDX-License-Identifier: MIT
// Any bytes in any chunking against the standard's algorithm in its own words, over the whole stream:
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
// The first byte decides how the stream is cut, the second is a limit for a second parser.
#include <algorithm>
#include <memscape/exporters/sse_parser.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "exporters/random.hpp"
#include "fuzz.hpp"

namespace {

struct event {
  std::string type;
  std::string data;
  std::string id;
  bool has_id = false;
  memscape::sse_fault fault = memscape::sse_fault::none;

  friend auto operator==(event const&, event const&) -> bool = default;
};

auto lines_of(std::string_view stream) -> std::vector<std::string> {
  std::vector<std::string> lines;
  if (stream.starts_with("\xEF\xBB\xBF")) stream.remove_prefix(3);
  std::string line;
  for (std::size_t i = 0; i < stream.size(); ++i) {
    if (stream[i] != '\r' && stream[i] != '\n') {
      line += stream[i];
      continue;
    }
    if (stream[i] == '\r' && i + 1 < stream.size() && stream[i + 1] == '\n') ++i;
    lines.push_back(std::exchange(line, {}));
  }
  return lines;  // what no line end follows is no line
}

auto events_of(std::string_view stream) -> std::vector<event> {
  std::vector<event> events;
  event next;
  std::string last_id;
  for (auto const& line : lines_of(stream)) {
    if (line.empty()) {
      if (!next.data.empty()) {
        next.data.pop_back();
        if (next.type.empty()) next.type = "message";
        next.id = last_id;
        events.push_back(next);
      }
      next = {};
      continue;
    }
    auto const colon = line.find(':');
    if (colon == 0) continue;
    auto const field = line.substr(0, colon);
    auto value = colon == std::string::npos ? std::string{} : line.substr(colon + 1);
    if (!value.empty() && value[0] == ' ') value.erase(0, 1);
    if (field == "event") next.type = value;
    if (field == "data") next.data += value + "\n";
    if (field == "id" && value.find('\0') == std::string::npos) {
      last_id = value;
      next.has_id = true;
    }
  }
  return events;
}

auto parsed(std::string_view stream, std::size_t limit, test_support::random_numbers* random)
    -> std::vector<event> {
  memscape::sse_parser parser{limit};
  std::vector<event> events;
  while (!stream.empty()) {
    auto const piece =
        stream.substr(0, random == nullptr ? stream.size() : random->below(1 + random->below(64)));
    stream.remove_prefix(piece.size());
    parser.feed(piece, [&](memscape::sse_event const& of) {
      events.push_back({std::string{of.type}, std::string{of.data}, std::string{of.last_event_id},
                        of.has_id, of.fault});
    });
  }
  return events;
}

}  // namespace

auto LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) -> int {
  fuzz::input input{data, size};
  test_support::random_numbers random{input.byte()};
  std::size_t const limit = input.byte();
  auto const stream = input.rest();
  auto const expected = events_of(stream);
  fuzz::require(parsed(stream, size + 16, nullptr) == expected, "the standard's events");
  fuzz::require(parsed(stream, size + 16, &random) == expected, "the same in any chunking");

  auto const bounded = parsed(stream, limit, nullptr);
  fuzz::require(parsed(stream, limit, &random) == bounded, "the same with a limit");
  std::size_t const most = std::max(limit, memscape::sse_parser::least_limit);
  // What is left is what the standard gives, in its order; ids of dropped events are not kept.
  auto from = expected.begin();
  for (auto const& of : bounded) {
    if (of.fault != memscape::sse_fault::none) continue;
    fuzz::require(of.data.size() <= most, "data is bounded");
    from = std::find_if(from, expected.end(), [&](event const& other) {
      return other.type == of.type && other.data == of.data && other.has_id == of.has_id;
    });
    fuzz::require(from != expected.end(), "nothing that the standard does not give");
    ++from;
  }
  return 0;
}
