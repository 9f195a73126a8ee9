// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/decoder/draft.hpp>
#include <memscape/exporters/decoder/position.hpp>
#include <memscape/exporters/decoder/report.hpp>
#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <memscape/exporters/stream/event_id.hpp>
#include <memscape/exporters/writer.hpp>
#include <optional>
#include <string>
#include <utility>

namespace memscape::inline v0 {

/// What a mirror holds: the tree, the snapshot of the frame applied last, and the place in the stream. It
/// goes from one whole frame to the next and never stands between two.
/// Errors: reports say what a frame was. Cost: one copy of the snapshot a frame.
/// Threads: one at a time.
class decoder_state {
 public:
  /// The tree; empty before the first layout.
  [[nodiscard]] auto tree() const noexcept -> decoded_tree const& { return tree_; }

  /// The snapshot of the frame applied last; null before the first one of this tree.
  [[nodiscard]] auto snapshot() const noexcept -> decoded_snapshot const* {
    return position_.sequence() ? &snapshot_ : nullptr;
  }

  /// The run of the program that is mirrored; absent before a layout, and when another run answers.
  [[nodiscard]] auto stream() const noexcept -> std::optional<stream_id> {
    return position_.stream();
  }

  /// The time between snapshots, from the layout. Units: milliseconds.
  [[nodiscard]] auto interval_ms() const noexcept -> std::uint64_t { return interval_ms_; }

  /// What to send as `Last-Event-ID`: the id of the frame applied last, not of the one received last.
  /// Empty: send none, and the server begins with its layout.
  [[nodiscard]] auto last_event_id() const -> std::string {
    auto const id = position_.resume();
    if (!id) return {};
    char text[stream_id::digits + 1 + writer::max_digits];
    writer to{text};
    id->put(to);
    return std::string{to.text()};
  }

  /// Takes a layout. The numbers stay only where the same run of the program repeats its tree.
  auto learn(stream_id stream, std::uint64_t interval_ms, decoded_tree tree) -> decode_report {
    position_.begin(stream);
    if (!(tree == tree_)) {
      position_.forget();
      tree_ = std::move(tree);
    }
    interval_ms_ = interval_ms;
    return {decode_outcome::layout};
  }

  /// Takes a layout of another version: its frames cannot be read.
  auto refuse() noexcept -> decode_report {
    position_.lose();
    return {decode_outcome::refused, 0, "layout: an unknown protocol version"};
  }

  /// Takes a sign of life that names the last frame sent.
  [[nodiscard]] auto judge_alive(std::uint64_t last_sent) const noexcept -> decode_report {
    return position_.judge_alive(last_sent);
  }

  /// Takes a frame: `read(decoder_draft&)` puts its content into the draft, and returns what is wrong
  /// with it. It is called only where the frame is the one that may follow.
  template <class Read>
  auto take(decoder_place const& place, Read&& read) -> decode_report {
    auto const verdict = position_.judge(place);
    if (verdict.outcome == decode_outcome::other_stream) position_.lose();
    if (verdict.outcome != decode_outcome::applied) return verdict;
    if (place.base) {
      draft_.begin_delta(tree_, snapshot_);
    } else {
      draft_.begin_keyframe(tree_);
    }
    decode_fault fault = read(draft_);
    if (fault.empty()) fault = draft_.finish();
    if (!fault.empty()) return {decode_outcome::malformed, place.sequence, fault};
    draft_.commit(snapshot_);
    position_.advance(place.sequence);
    return verdict;
  }

 private:
  decoded_tree tree_;
  decoded_snapshot snapshot_;
  decoder_draft draft_;
  decoder_position position_;
  std::uint64_t interval_ms_ = 0;
};

}  // namespace memscape::inline v0
