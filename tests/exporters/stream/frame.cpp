// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream/frame.hpp>

#include <doctest/doctest.h>
#include <ostream>
#include <type_traits>

namespace {

using memscape::frame;
using memscape::frame_kind;

static_assert(std::is_trivially_copyable_v<frame>);

constexpr auto no_frame_has_no_text() -> bool {
  constexpr frame nothing{};
  return nothing.kind == frame_kind::none && nothing.text.empty() && nothing.sequence == 0;
}
static_assert(no_frame_has_no_text());
TEST_CASE("frame: a default one is none") { CHECK(no_frame_has_no_text()); }

}  // namespace
