// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// What one encoded event is.
enum class frame_kind : std::uint8_t {
  none,      ///< nothing to send this time
  keyframe,  ///< event `snapshot`: everything
  delta,     ///< event `delta`: what differs from the frame sent before
  alive,     ///< event `alive`: nothing has changed that is worth a frame
};

/// One encoded server-sent event. `text` lies in the memory that was given to the stream's `next`.
struct frame {
  frame_kind kind = frame_kind::none;
  /// The snapshot that a viewer holds behind this frame.
  std::uint64_t sequence = 0;
  std::string_view text{};
};

}  // namespace memscape::inline v0
