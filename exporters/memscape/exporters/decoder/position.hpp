// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/stream/event_id.hpp>
#include <optional>
#include <string_view>

namespace memscape::inline v0 {

/// Where a frame stands in its stream.
struct decoder_place {
  /// What the event's `id` said; absent where it had none.
  std::optional<std::string_view> id{};
  std::uint64_t sequence = 0;
  /// The frame that a delta is put over; absent for a keyframe.
  std::optional<std::uint64_t> base{};
};

/// Where a mirror stands in a stream, and which frames may follow. It knows no content.
/// Cost: some comparisons. Threads: one at a time.
class decoder_position {
 public:
  /// A layout came. The next keyframe counts whatever its number: the server decided where to begin.
  constexpr void begin(stream_id stream) noexcept {
    if (stream_ != stream) sequence_.reset();
    stream_ = stream;
    begins_ = true;
  }

  /// A layout came that is not the one before: no number is known any more.
  constexpr void forget() noexcept { sequence_.reset(); }

  /// A frame was applied.
  constexpr void advance(std::uint64_t sequence) noexcept {
    sequence_ = sequence;
    begins_ = false;
  }

  /// Frames of this stream cannot be trusted until the next layout.
  constexpr void lose() noexcept { stream_.reset(); }

  /// What has to be made of a frame: `applied` when it may be.
  [[nodiscard]] constexpr auto judge(decoder_place const& frame) const noexcept -> decode_report {
    auto const says = [&](decode_outcome outcome, decode_fault fault = {}) {
      return decode_report{outcome, frame.sequence, fault};
    };
    if (frame.id && !frame.id->empty()) {
      auto const id = event_id::parse(*frame.id);
      if (!id) return says(decode_outcome::malformed, "id: not a stream and a number");
      if (stream_ && id->stream != *stream_) return says(decode_outcome::other_stream);
      if (id->sequence != frame.sequence) {
        return says(decode_outcome::malformed, "id: another number than the frame's seq");
      }
    }
    if (frame.base && *frame.base >= frame.sequence) {
      return says(decode_outcome::malformed, "base: not before seq");
    }
    if (!stream_) return says(decode_outcome::no_layout);
    if (!frame.base && (begins_ || !sequence_)) return says(decode_outcome::applied);
    if (!sequence_) return says(decode_outcome::gap, "a delta before any keyframe");
    if (frame.sequence == *sequence_) return says(decode_outcome::duplicate);
    if (frame.sequence < *sequence_) return says(decode_outcome::out_of_order);
    if (frame.base && *frame.base != *sequence_) {
      return says(decode_outcome::gap, "base: not the frame applied last");
    }
    return says(decode_outcome::applied);
  }

  /// What has to be made of a sign of life that names the last frame sent.
  [[nodiscard]] constexpr auto judge_alive(std::uint64_t last_sent) const noexcept
      -> decode_report {
    bool const missed = sequence_ && *sequence_ != last_sent;
    return {missed ? decode_outcome::gap : decode_outcome::alive, last_sent,
            missed ? "alive: another frame was sent last" : decode_fault{}};
  }

  /// The stream of the last layout; absent before one, and after a frame of another stream.
  [[nodiscard]] constexpr auto stream() const noexcept -> std::optional<stream_id> {
    return stream_;
  }
  /// The number of the frame applied last.
  [[nodiscard]] constexpr auto sequence() const noexcept -> std::optional<std::uint64_t> {
    return sequence_;
  }
  /// Where to resume; absent when only a layout and a keyframe help.
  [[nodiscard]] constexpr auto resume() const noexcept -> std::optional<event_id> {
    if (!stream_ || !sequence_) return std::nullopt;
    return event_id{*stream_, *sequence_};
  }

 private:
  std::optional<stream_id> stream_;
  std::optional<std::uint64_t> sequence_;
  bool begins_ = false;
};

}  // namespace memscape::inline v0
