// SPDX-License-Identifier: MIT
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <memscape/exporters/decoder/draft.hpp>
#include <memscape/exporters/decoder/json.hpp>
#include <memscape/exporters/decoder/position.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/decoder/state.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <memscape/exporters/sse_parser.hpp>
#include <memscape/exporters/stream/event_id.hpp>
#include <string>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// The reading side of a stream of protocol version 1: bytes in any chunking become the sender's
/// snapshots again, number for number. The tree comes with the stream, so one program mirrors any other.
///
///     memscape::stream_decoder mirror;
///     mirror.feed(from_the_socket, [&](memscape::decode_report const& report) {
///       if (report.outcome == memscape::decode_outcome::applied) show(mirror.tree(), *mirror.snapshot());
///       if (report.action() == memscape::decode_action::reconnect) again = true;
///     });
///     if (again) mirror.restart();   // and connect with `Last-Event-ID: ` + mirror.last_event_id()
///
/// Errors: a frame that is damaged, misplaced or absurd changes nothing, and its report says why and what
/// to do; no exception. Whoever reads on after "reconnect" is right again at the next keyframe.
/// Cost: one parse and one copy of the snapshot a frame; memory within `decoder_limits`.
/// Threads: one at a time. Needs simdjson, 3.0 or later.
class stream_decoder : private decoder_state {
 public:
  static constexpr std::uint64_t protocol = 1;

  explicit stream_decoder(decoder_limits limits = {})
      : limits_{limits}, events_{limits.event_bytes} {}

  /// Reads the next bytes of the connection, and calls `on_report(decode_report const&)` for each event
  /// that they complete. It may look at the mirror, but must not feed or restart it.
  template <class OnReport>
  void feed(std::string_view chunk, OnReport&& on_report) {
    events_.feed(chunk, [&](sse_event const& event) { on_report(apply(event)); });
  }

  /// Takes one event, for those who have a parser of their own.
  auto apply(sse_event const& event) -> decode_report {
    switch (event.fault) {
      case sse_fault::line_too_long:
        return {decode_outcome::too_large, 0, "a line is longer than the limit allows"};
      case sse_fault::event_too_long:
        return {decode_outcome::too_large, 0, "the data is longer than the limit allows"};
      case sse_fault::none: break;
    }
    if (event.type == "snapshot") return apply_frame(event, false);
    if (event.type == "delta") return apply_frame(event, true);
    if (event.type == "alive") return apply_alive(event.data);
    if (event.type == "layout") return apply_layout(event.data);
    return {};
  }

  /// Begins a new connection: half an event is forgotten, and what was applied stays.
  void restart() { events_.restart(); }

  using decoder_state::interval_ms;
  using decoder_state::last_event_id;
  using decoder_state::snapshot;
  using decoder_state::stream;
  using decoder_state::tree;

  /// The reconnection time that the server asked for. Units: milliseconds.
  [[nodiscard]] auto retry_ms() const noexcept { return events_.retry_ms(); }

 private:
  struct dom {
    using array = simdjson::dom::array;
    using element = simdjson::dom::element;
    using object = simdjson::dom::object;
  };
  using json = decoder_json<dom>;

  static auto malformed(decode_fault fault) -> decode_report {
    return {decode_outcome::malformed, 0, fault};
  }

  // Whether the data is one JSON object, which is valid until the next call.
  [[nodiscard]] auto parse(std::string_view data, dom::object& into) -> bool {
    text_.assign(data);
    // simdjson reads this far behind the end.
    text_.append(simdjson::SIMDJSON_PADDING, ' ');
    return json::is(parser_.parse(text_.data(), data.size(), false), into);
  }

  auto apply_layout(std::string_view data) -> decode_report {
    dom::object layout;
    std::uint64_t version = 0;
    std::uint64_t interval_ms = 0;
    std::string_view name;
    if (!parse(data, layout)) return malformed("layout: no JSON object");
    if (!json::is(layout["protocol"], version)) return malformed("layout: no protocol version");
    if (version != protocol) return refuse();
    if (!json::is(layout["stream"], name)) return malformed("layout: no stream");
    auto const id = event_id::parse(std::string{name} += "-0");
    if (!id) return malformed("layout: a stream that is not 16 hexadecimal digits");
    if (!json::is(layout["interval_ms"], interval_ms)) return malformed("layout: no interval_ms");
    decoded_tree tree;
    auto const fault = json::read_nodes(tree, layout, limits_);
    return fault.empty() ? learn(id->stream, interval_ms, std::move(tree)) : malformed(fault);
  }

  auto apply_alive(std::string_view data) -> decode_report {
    dom::object alive;
    std::uint64_t last_sent = 0;
    if (!parse(data, alive)) return malformed("alive: no JSON object");
    if (!json::is(alive["seq"], last_sent)) return malformed("alive: no seq");
    return judge_alive(last_sent);
  }

  auto apply_frame(sse_event const& event, bool is_delta) -> decode_report {
    dom::object frame;
    decoder_place place;
    if (event.has_id) place.id = event.last_event_id;
    if (!parse(event.data, frame)) return malformed("the data is no JSON object");
    if (!json::is(frame["seq"], place.sequence)) return malformed("seq: no number");
    if (is_delta && !json::is(frame["base"], place.base.emplace()))
      return malformed("base: no number");
    return take(place, [&](decoder_draft& draft) {
      return json::read_frame(draft, frame, place.sequence, limits_);
    });
  }

  decoder_limits limits_;
  sse_parser events_;
  std::string text_;
  simdjson::dom::parser parser_;
};

}  // namespace memscape::inline v0
