// SPDX-License-Identifier: MIT
#include <memscape/exporters/common/stream_id.hpp>

#include <cstdint>
#include <doctest/doctest.h>
#include <string_view>
#include <type_traits>

namespace {

using memscape::stream_id;

constexpr auto is_written_as(std::uint64_t value, std::string_view expected) -> bool {
  auto const text = stream_id{value}.text();
  return std::string_view{text.data(), text.size()} == expected;
}

constexpr auto writes_sixteen_digits() -> bool {
  return is_written_as(0, "0000000000000000") && is_written_as(1, "0000000000000001") &&
         is_written_as(0xDEADBEEF, "00000000deadbeef") &&
         is_written_as(0x0123'4567'89AB'CDEF, "0123456789abcdef") &&
         is_written_as(0xFEDC'BA98'7654'3210, "fedcba9876543210") &&
         is_written_as(UINT64_MAX, "ffffffffffffffff");
}
static_assert(writes_sixteen_digits());
TEST_CASE("stream_id: 16 digits, lower case, leading zeros kept") {
  CHECK(writes_sixteen_digits());
}

constexpr auto is_a_plain_value() -> bool {
  stream_id const id{42};
  auto const copy = id;
  return copy == id && id.value() == 42 && id != stream_id{43} && stream_id{} == stream_id{0};
}
static_assert(is_a_plain_value());
static_assert(std::is_trivially_copyable_v<stream_id>);
// A number that stands for something else must not become a stream by itself.
static_assert(!std::is_convertible_v<std::uint64_t, stream_id>);
TEST_CASE("stream_id: a plain value") { CHECK(is_a_plain_value()); }

}  // namespace
