// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace memscape::inline v0 {

/// Where one client stands in a ring: which frame comes next, and how much of it is sent.
struct frame_cursor {
  std::uint64_t next = 1;
  std::uint32_t offset = 0;
};

/// What a client finds at its cursor.
enum class frame_state : std::uint8_t {
  idle,     ///< nothing new
  ready,    ///< `text` is to be sent
  skipped,  ///< `text` is to be sent; frames before it are gone, and it is a keyframe
  cut,      ///< the rest of a half-sent frame is gone: close the connection, the client resumes
};

/// A frame, or the part of it that a cursor has not sent.
struct frame_view {
  frame_state state = frame_state::idle;
  std::string_view text{};
};

}  // namespace memscape::inline v0
