// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string_view>

namespace memscape::inline v0 {

/// Why a frame was refused, as a sentence without its end; empty when there is nothing to say against it.
using decode_fault = std::string_view;

/// What a mirror made of one event. Only `applied` and `layout` change what it shows.
enum class decode_outcome : std::uint8_t {
  applied,       ///< the mirror holds the snapshot of this frame
  layout,        ///< the mirror knows the tree; a keyframe follows
  alive,         ///< nothing new, and nothing missed
  ignored,       ///< an event that protocol 1 does not have
  duplicate,     ///< this frame was applied before
  out_of_order,  ///< a later frame was applied before
  gap,           ///< frames are missing before this one
  other_stream,  ///< a frame of another run of the program
  no_layout,     ///< a frame before the layout that explains it
  malformed,     ///< a frame that says what no sender may say
  too_large,     ///< an event above the limit
  refused,       ///< another version of the protocol
};

/// What the reader of a stream has to do now.
enum class decode_action : std::uint8_t {
  go_on,      ///< read on
  reconnect,  ///< close, and connect again with `last_event_id()`
  stop,       ///< connecting again would not help
};

/// The outcomes' names, for messages and logs.
inline constexpr std::string_view decode_outcome_names[] = {
    "applied", "layout",       "alive",     "ignored",   "duplicate", "out_of_order",
    "gap",     "other_stream", "no_layout", "malformed", "too_large", "refused",
};

/// What each means, and what to do.
inline constexpr std::string_view decode_outcome_reasons[] = {
    "The frame was applied.",
    "The layout was learned: a keyframe follows.",
    "Nothing has changed.",
    "An event that protocol 1 does not have: it was skipped.",
    "This frame was applied before: it was skipped.",
    "A later frame was applied before: this one was skipped.",
    "Frames are missing: reconnect with Last-Event-ID.",
    "The program was restarted: reconnect without Last-Event-ID for its layout.",
    "A frame came before any layout: reconnect without Last-Event-ID.",
    "The frame makes no sense and was dropped: reconnect with Last-Event-ID.",
    "The event was above the limit and was dropped: raise the limit if it recurs.",
    "The stream speaks another protocol than version 1: use a viewer of its version.",
};
static_assert(std::size(decode_outcome_reasons) == std::size(decode_outcome_names));

/// The outcome's name.
[[nodiscard]] constexpr auto name_of(decode_outcome outcome) noexcept -> std::string_view {
  auto const index = static_cast<std::size_t>(outcome);
  return index < std::size(decode_outcome_names) ? decode_outcome_names[index] : "unknown";
}

/// What a mirror made of one event, why, and what to do.
/// Threads: a plain value; the texts are constants.
struct decode_report {
  decode_outcome outcome = decode_outcome::ignored;
  /// The sequence number of the frame, where it could be read.
  std::uint64_t sequence = 0;
  /// What exactly is wrong; empty where the outcome says it all.
  decode_fault fault{};

  [[nodiscard]] constexpr auto action() const noexcept -> decode_action {
    if (outcome == decode_outcome::refused) return decode_action::stop;
    bool const lost = outcome == decode_outcome::gap || outcome == decode_outcome::other_stream ||
                      outcome == decode_outcome::no_layout || outcome == decode_outcome::malformed;
    return lost ? decode_action::reconnect : decode_action::go_on;
  }

  /// Why, and what to do, as a sentence for people.
  [[nodiscard]] constexpr auto reason() const noexcept -> std::string_view {
    auto const index = static_cast<std::size_t>(outcome);
    return index < std::size(decode_outcome_reasons) ? decode_outcome_reasons[index] : "";
  }
};

}  // namespace memscape::inline v0
