// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream/frame_cursor.hpp>

#include <doctest/doctest.h>
#include <ostream>
#include <type_traits>

namespace {

using memscape::frame_cursor;
using memscape::frame_state;
using memscape::frame_view;

// Ten thousand clients are as many cursors.
static_assert(sizeof(frame_cursor) == 16);
static_assert(std::is_trivially_copyable_v<frame_cursor>);

constexpr auto a_new_cursor_waits_for_the_first_frame() -> bool {
  return frame_cursor{}.next == 1 && frame_cursor{}.offset == 0 &&
         frame_view{}.state == frame_state::idle && frame_view{}.text.empty();
}
static_assert(a_new_cursor_waits_for_the_first_frame());
TEST_CASE("frame_cursor: a new one waits for the first frame") {
  CHECK(a_new_cursor_waits_for_the_first_frame());
}

}  // namespace
