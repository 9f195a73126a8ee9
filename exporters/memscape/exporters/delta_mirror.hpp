// SPDX-License-Identifier: MIT
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <limits>
#include <memscape/exporters/event_id.hpp>
#include <memscape/exporters/fields.hpp>
#include <memscape/exporters/mirror_draft.hpp>
#include <memscape/exporters/mirror_position.hpp>
#include <memscape/exporters/mirror_report.hpp>
#include <memscape/exporters/mirror_state.hpp>
#include <memscape/exporters/mirror_tree.hpp>
#include <memscape/exporters/sse_parser.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// The reading side of a stream of protocol version 1: bytes in any chunking become the sender's
/// snapshots again, number for number. The tree comes with the stream, so one program mirrors any other.
///
///     memscape::delta_mirror mirror;
///     mirror.feed(bytes_from_the_socket, [&](memscape::mirror_report const& report) {
///       if (report.outcome == memscape::mirror_outcome::applied) show(mirror.tree(), *mirror.snapshot());
///       if (report.action() == memscape::mirror_action::reconnect) again = true;
///     });
///     if (again) mirror.restart();   // and connect with `Last-Event-ID: ` + mirror.last_event_id()
///
/// Errors: a frame that is damaged, misplaced or absurd changes nothing, and its report says why and what
/// to do; no exception. Whoever reads on after "reconnect" is right again at the next keyframe.
/// Cost: one parse and one copy of the snapshot a frame; memory within `mirror_limits`.
/// Threads: one at a time. Needs simdjson, 3.0 or later.
class delta_mirror : private mirror_state {
 public:
  static constexpr std::uint64_t protocol = 1;

  explicit delta_mirror(mirror_limits limits = {}) : limits_{limits}, events_{limits.event_bytes} {}

  /// Reads the next bytes of the connection, and calls `on_report(mirror_report const&)` for each event
  /// that they complete. It may look at the mirror, but must not feed or restart it.
  template <class OnReport>
  void feed(std::string_view bytes, OnReport&& on_report) {
    events_.feed(bytes, [&](sse_event const& event) { on_report(apply(event)); });
  }

  /// Takes one event, for those who have a parser of their own.
  auto apply(sse_event const& event) -> mirror_report {
    if (event.fault == sse_fault::line_too_long) return {mirror_outcome::too_large, 0, "a line"};
    if (event.fault != sse_fault::none) return {mirror_outcome::too_large, 0, "the data"};
    if (event.type == "snapshot") return apply_frame(event, false);
    if (event.type == "delta") return apply_frame(event, true);
    if (event.type == "alive") return apply_alive(event.data);
    if (event.type == "layout") return apply_layout(event.data);
    return {};
  }

  /// Begins a new connection. What was learned stays.
  void restart() { events_.restart(); }

  using mirror_state::interval_ms;
  using mirror_state::last_event_id;
  using mirror_state::snapshot;
  using mirror_state::stream;
  using mirror_state::tree;

  /// The reconnection time that the server asked for. Units: milliseconds.
  [[nodiscard]] auto retry_ms() const noexcept { return events_.retry_ms(); }

 private:
  using array = simdjson::dom::array;
  using element = simdjson::dom::element;
  using object = simdjson::dom::object;

  static auto malformed(mirror_fault fault) -> mirror_report {
    return {mirror_outcome::malformed, 0, fault};
  }

  // Whether the data is one JSON object, which is valid until the next call.
  [[nodiscard]] auto parse(std::string_view data, object& into) -> bool {
    json_.assign(data);
    json_.append(simdjson::SIMDJSON_PADDING, ' ');
    return is(parser_.parse(json_.data(), data.size(), false), into);
  }

  // Whether a value is there and of this type. Negative, fractional and larger numbers than 64 bits
  // hold are no std::uint64_t.
  template <class From, class To>
  [[nodiscard]] static auto is(From const& from, To& to) -> bool {
    return from.get(to) == simdjson::SUCCESS;
  }

  auto apply_layout(std::string_view data) -> mirror_report {
    object layout;
    std::uint64_t version = 0;
    std::uint64_t interval = 0;
    std::string_view name;
    array nodes;
    if (!parse(data, layout)) return malformed("layout: no JSON object");
    if (!is(layout["protocol"], version)) return malformed("layout: no protocol version");
    if (version != protocol) return refuse();
    if (!is(layout["stream"], name)) return malformed("layout: no stream");
    auto const id = event_id::parse(std::string{name} += "-0");
    if (!id) return malformed("layout: a stream that is not 16 hexadecimal digits");
    if (!is(layout["interval_ms"], interval)) return malformed("layout: no interval_ms");
    if (!is(layout["nodes"], nodes)) return malformed("layout: no nodes");
    mirror_tree tree;
    for (element const node : nodes) {
      if (auto const fault = add_node(tree, node); !fault.empty()) return malformed(fault);
    }
    if (auto const fault = tree.finish(); !fault.empty()) return malformed(fault);
    return learn(id->stream, interval, std::move(tree));
  }

  [[nodiscard]] auto add_node(mirror_tree& tree, element node) const -> mirror_fault {
    std::string_view key;
    std::string_view label;
    std::string_view kind;
    std::string_view parent;
    element above;
    if (!is(node["key"], key)) return "layout: a node without a key";
    if (!is(node["label"], label)) return "layout: a node without a label";
    if (!is(node["kind"], kind)) return "layout: a node without a kind";
    if (kind != "leaf" && kind != "group") return "layout: a node that is neither leaf nor group";
    if (!is(node["parent"], above)) return "layout: a node without a parent";
    if (!above.is_null() && !is(above, parent)) return "layout: a parent that is no key";
    return tree.add(key, label, above.is_null() ? std::nullopt : std::optional{parent},
                    kind == "group", limits_);
  }

  auto apply_alive(std::string_view data) -> mirror_report {
    object alive;
    std::uint64_t sequence = 0;
    if (!parse(data, alive)) return malformed("alive: no JSON object");
    if (!is(alive["seq"], sequence)) return malformed("alive: seq is no number");
    return judge_alive(sequence);
  }

  auto apply_frame(sse_event const& event, bool is_delta) -> mirror_report {
    object frame;
    mirror_place place;
    if (event.has_id) place.id = event.last_event_id;
    if (!parse(event.data, frame)) return malformed("the data is no JSON object");
    if (!is(frame["seq"], place.sequence)) return malformed("seq is no number");
    if (is_delta && !is(frame["base"], place.base.emplace())) return malformed("base is no number");
    return take(place, [&](mirror_draft& draft) { return read_frame(draft, frame, place.sequence); });
  }

  [[nodiscard]] auto read_frame(mirror_draft& draft, object frame, std::uint64_t sequence) const
      -> mirror_fault {
    std::uint64_t time_ms = 0;
    std::uint64_t sample_ns = 0;
    element part;
    array errors;
    if (!is(frame["time_ms"], time_ms)) return "time_ms is no number";
    if (!is(frame["sample_ns"], sample_ns)) return "sample_ns is no number";
    draft.set_times(sequence, time_ms, sample_ns);
    mirror_fault fault;
    if (is(frame["process"], part)) {
      fault = each_number(part, "process: no numbers",
                          [&](auto key, auto value) { return draft.set_process(key, value); });
    }
    if (fault.empty() && is(frame["breakdown"], part)) {
      fault = each_number(part, "breakdown: no numbers",
                          [&](auto key, auto value) { return draft.set_breakdown(key, value); });
    }
    if (fault.empty() && is(frame["pools"], part)) fault = read_pools(draft, part);
    if (!fault.empty() || !is(frame["errors"], part)) return fault;
    if (!is(part, errors)) return "errors: no list";
    draft.begin_errors();
    for (element const error : errors) {
      std::string_view step;
      std::int64_t code = 0;
      if (!is(error["step"], step)) return "errors: a step that is no text";
      if (!is(error["code"], code)) return "errors: a code that is no number";
      if (code != static_cast<std::int32_t>(code)) return "errors: a code that has not 32 bits";
      fault = draft.add_error(step, static_cast<std::int32_t>(code), limits_);
      if (!fault.empty()) return fault;
    }
    return {};
  }

  [[nodiscard]] static auto read_pools(mirror_draft& draft, element pools) -> mirror_fault {
    object members;
    if (!is(pools, members)) return "pools: no object";
    for (auto const pool : members) {
      std::size_t leaf = 0;
      auto fault = draft.open_pool(pool.key, leaf);
      if (fault.empty()) {
        fault = each_number(pool.value, "pools: no numbers",
                            [&](auto key, auto value) { return draft.set_pool(leaf, key, value); });
      }
      if (!fault.empty()) return fault;
    }
    return {};
  }

  // Calls `take(key, number)` for each member of an object until it finds fault.
  template <class Take>
  [[nodiscard]] static auto each_number(element of, mirror_fault no_numbers, Take take)
      -> mirror_fault {
    object members;
    if (!is(of, members)) return no_numbers;
    for (auto const member : members) {
      std::uint64_t value = 0;
      bool const absent = member.value.is_null();
      if (!absent && !is(member.value, value)) return no_numbers;
      auto const fault = take(member.key, absent ? wire_number{} : wire_number{value});
      if (!fault.empty()) return fault;
    }
    return {};
  }

  mirror_limits limits_;
  sse_parser events_;
  std::string json_;
  simdjson::dom::parser parser_;
};

}  // namespace memscape::inline v0
