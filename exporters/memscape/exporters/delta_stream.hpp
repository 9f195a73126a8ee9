// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/json/delta.hpp>
#include <memscape/exporters/json/detail.hpp>
#include <memscape/exporters/sse_json.hpp>
#include <memscape/exporters/stream/delta_policy.hpp>
#include <memscape/exporters/stream/frame.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/registry/snapshot.hpp>
#include <span>
#include <string_view>
#include <utility>

namespace memscape::inline v0 {

/// Turns a registry's snapshots into a stream that sends what changed, and loses nothing: what is
/// compared is the snapshot last *sent*, so a slow leak adds up until it is news; and a frame that is
/// sent carries every difference, so a viewer holds one instant, never a mixture of two.
///
///     memscape::delta_stream<layout> stream{memscape::stream_id{random}};
///     std::array<char, stream.max_size> buffer;
///     auto const frame = stream.next(buffer, memory.collect(), now_ms);   // at every tick
///     if (frame.kind != memscape::frame_kind::none) send(frame.text);
///
/// Before its first frame a viewer needs `sse_json::write_layout`. One stream for one registry.
/// Errors: kind `none`, and no change of state, when `out` is smaller than the frame; `max_size` rules
/// it out. Cost: one comparison a field when nothing is news; no allocation, no lock, no exception.
/// Threads: one at a time.
template <class Layout>
class delta_stream {
  using id_text = std::array<char, stream_id::digits>;

  template <class Writer>
  static constexpr void put_delta(Writer& to, id_text const& stream, snapshot<Layout> const& base,
                                  snapshot<Layout> const& now) noexcept {
    to.put("id: ");
    to.put(stream);
    to.put('-');
    to.number(now.sequence);
    to.put("\nevent: delta\ndata: ");
    json_delta::put(to, base, now);
    to.put("\n\n");
  }

 public:
  constexpr explicit delta_stream(stream_id stream, delta_policy policy = {}) noexcept
      : stream_{stream}, stream_text_{stream.text()}, policy_{policy} {}

  /// The most that one frame needs. Units: bytes.
  static constexpr std::size_t max_size = [] {
    writer counter;
    snapshot<Layout> base{};
    base.sequence = longest_snapshot<Layout>().sequence;
    put_delta(counter, stream_id{}.text(), base, longest_snapshot<Layout>());
    return (std::max)(counter.size(), sse_json::max_size<Layout>);
  }();

  /// The frame to send for this snapshot. `now_ms` is of any clock that does not go back; the caller owns
  /// the time. One that is set nevertheless brings a keyframe early, and none late.
  [[nodiscard]] constexpr auto next(std::span<char> out, snapshot<Layout> const& now,
                                    std::uint64_t now_ms) noexcept -> frame {
    if (wants_keyframe_ || now_ms - keyframe_ms_ >= policy_.keyframe_every_ms) {
      return sent(frame_kind::keyframe, sse_json::write(out, now, stream_), now, now_ms);
    }
    if (is_news(now)) {
      writer to{out};
      auto const put = [&](auto& with) { put_delta(with, stream_text_, last_, now); };
      // In a buffer of `max_size` everything fits: no piece has to ask.
      if (!to.unchecked(max_size, put)) put(to);
      return sent(frame_kind::delta, to.text(), now, now_ms);
    }
    if (now_ms - sent_ms_ >= policy_.alive_every_ms) {
      return sent(frame_kind::alive, write_alive(out, now.time_ms), last_, now_ms);
    }
    return {};
  }

  /// Lets the next frame be a keyframe.
  constexpr void request_keyframe() noexcept { wants_keyframe_ = true; }

  /// What every viewer holds that has all frames so far.
  [[nodiscard]] constexpr auto last_sent() const noexcept -> snapshot<Layout> const& {
    return last_;
  }
  /// The name of this run on the wire.
  [[nodiscard]] constexpr auto id() const noexcept -> stream_id { return stream_; }

 private:
  // An alive frame brings no snapshot: the viewer stays at the last one.
  constexpr auto sent(frame_kind kind, std::string_view text, snapshot<Layout> const& snap,
                      std::uint64_t now_ms) noexcept -> frame {
    if (text.empty()) return {};
    if (kind != frame_kind::alive) last_ = snap;
    if (kind == frame_kind::keyframe) {
      keyframe_ms_ = now_ms;
      wants_keyframe_ = false;
    }
    sent_ms_ = now_ms;
    return {kind, last_.sequence, text};
  }

  [[nodiscard]] constexpr auto write_alive(std::span<char> out,
                                           std::uint64_t time_ms) const noexcept
      -> std::string_view {
    writer to{out};
    to.put("event: alive\ndata: {\"seq\":");
    to.number(last_.sequence);
    to.put(",\"time_ms\":");
    to.number(time_ms);
    to.put("}\n\n");
    return to.text();
  }

  // Whether any byte field of process or breakdown is worth a frame.
  [[nodiscard]] constexpr auto is_news(snapshot<Layout> const& now) const noexcept -> bool {
    for (std::size_t i = 0; i < Layout::size; ++i) {
      if (policy_.is_news(last_.nodes[i].used.value(), now.nodes[i].used.value())) return true;
    }
    process_memory const& sent = last_.process;
    process_memory const& process = now.process;
    return any_news<process_fields>(sent, process) ||
           any_news<balance_fields>(balance_of(last_), balance_of(now)) ||
           is_detail_news(now.process);
  }

  // What bounds the process is of the machine or its group, and waits for the next frame.
  template <class Process>
  [[nodiscard]] constexpr auto is_detail_news(Process const& now) const noexcept -> bool {
    if constexpr (detailed<Process>) {
      for (auto const& field : extended_fields) {
        if (field.unit == field_unit::memory &&
            policy_.is_news(field.get(last_.process), field.get(now))) {
          return true;
        }
      }
    }
    return false;
  }

  template <auto const& Fields, class Struct>
  [[nodiscard]] constexpr auto any_news(Struct const& sent, Struct const& now) const noexcept
      -> bool {
    return [&]<std::size_t... Index>(std::index_sequence<Index...>) {
      return ((Fields[Index].unit == field_unit::memory &&
               policy_.is_news(Fields[Index].get(sent), Fields[Index].get(now))) ||
              ...);
    }(std::make_index_sequence<std::size(Fields)>{});
  }

  stream_id stream_;
  id_text stream_text_;  // made once: it stands in every frame
  delta_policy policy_;
  snapshot<Layout> last_{};
  std::uint64_t keyframe_ms_ = 0;
  std::uint64_t sent_ms_ = 0;
  bool wants_keyframe_ = true;
};

}  // namespace memscape::inline v0
