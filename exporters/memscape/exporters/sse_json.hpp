// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memscape/exporters/stream/event_id.hpp>
#include <memscape/exporters/json/layout.hpp>
#include <memscape/exporters/json/snapshot.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>

namespace memscape::inline v0 {

/// Layouts and snapshots as server-sent events with JSON data, protocol version 1.
///
///     std::array<char, memscape::sse_json::max_size<decltype(memory)::layout>> frame;
///     send(memscape::sse_json::write(frame, memory.collect()));
///
/// Errors: an empty text when `out` is too small, which `max_size` rules out; never a part of a frame.
/// Cost: one pass; no allocation, no lock, no exception. Threads: any; nothing is kept.
/// Source: https://html.spec.whatwg.org/multipage/server-sent-events.html, RFC 8259.
class sse_json {
  static constexpr void put_id(writer& to, event_id id) noexcept {
    to.put("id: ");
    id.put(to);
    to.put('\n');
  }

  template <class Layout>
  static constexpr void put_snapshot(writer& to, snapshot<Layout> const& snap) noexcept {
    to.put("event: snapshot\ndata: ");
    json_snapshot::put(to, snap);
    to.put("\n\n");
  }

  template <class Layout>
  static constexpr void put_layout(writer& to, stream_id stream,
                                   std::uint64_t interval_ms) noexcept {
    to.put("retry: 1000\n\nevent: layout\ndata: {\"protocol\":1,\"stream\":\"");
    to.put(stream.text());
    to.put("\",\"interval_ms\":");
    to.number(interval_ms);
    to.put(",\"nodes\":");
    to.put(json_layout::nodes<Layout>);
    to.put("}\n\n");
  }

 public:
  static constexpr int protocol = 1;

  /// What the response around the events has to say, and why. `no-store`: a frame is right for an instant.
  /// `no-transform`: a proxy that compresses holds frames back. `X-Accel-Buffering: no`: nginx otherwise
  /// holds everything until the stream ends. Send no Content-Length, which would end it; switch off your
  /// server's own compression; set TCP_NODELAY, and bound SO_SNDBUF, because what the kernel queues for a
  /// viewer that does not read is memory that no RSS shows. Each text ends in a NUL, for C.
  static constexpr std::string_view content_type = "text/event-stream; charset=utf-8";
  static constexpr std::string_view cache_control = "no-store, no-transform";
  static constexpr std::string_view accel_buffering = "no";

  /// The event `snapshot`, without an id: a viewer cannot resume behind it.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out,
                                            snapshot<Layout> const& snap) noexcept
      -> std::string_view {
    writer to{out};
    put_snapshot(to, snap);
    return to.text();
  }

  /// The event `snapshot` with the id `<stream>-<sequence>`.
  template <class Layout>
  [[nodiscard]] static constexpr auto write(std::span<char> out, snapshot<Layout> const& snap,
                                            stream_id stream) noexcept -> std::string_view {
    writer to{out};
    put_id(to, {stream, snap.sequence});
    put_snapshot(to, snap);
    return to.text();
  }

  /// Only the JSON object of that event: for a plain HTTP response.
  template <class Layout>
  [[nodiscard]] static constexpr auto write_data(std::span<char> out,
                                                 snapshot<Layout> const& snap) noexcept
      -> std::string_view {
    writer to{out};
    json_snapshot::put(to, snap);
    return to.text();
  }

  /// What a stream begins with: the time after which a browser reconnects, and the event `layout`.
  /// `interval_ms` is the time between snapshots, from which a viewer knows when to worry.
  template <class Layout>
  [[nodiscard]] static constexpr auto write_layout(std::span<char> out, stream_id stream,
                                                   std::uint64_t interval_ms) noexcept
      -> std::string_view {
    writer to{out};
    put_layout<Layout>(to, stream, interval_ms);
    return to.text();
  }

  /// The most that any `write` needs, and no more: `longest_snapshot` reaches it. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_size = [] {
    writer counter;
    auto const worst = longest_snapshot<Layout>();
    sse_json::put_id(counter, {stream_id{}, worst.sequence});
    sse_json::put_snapshot(counter, worst);
    return counter.size();
  }();

  /// The most that `write_layout` needs. Units: bytes.
  template <class Layout>
  static constexpr std::size_t max_layout_size = [] {
    writer counter;
    sse_json::put_layout<Layout>(counter, stream_id{}, (std::numeric_limits<std::uint64_t>::max)());
    return counter.size();
  }();
};

}  // namespace memscape::inline v0
