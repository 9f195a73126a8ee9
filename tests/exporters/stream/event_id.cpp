// SPDX-License-Identifier: MIT
#include <memscape/exporters/stream/event_id.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <ostream>
#include <string>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::event_id;
using memscape::stream_id;

constexpr auto parses(std::string_view text, std::uint64_t stream, std::uint64_t sequence) -> bool {
  return event_id::parse(text) == event_id{stream_id{stream}, sequence};
}
static_assert(parses("0123456789abcdef-7", 0x0123'4567'89AB'CDEF, 7));
static_assert(parses("0000000000000000-0", 0, 0));
static_assert(parses("ffffffffffffffff-18446744073709551615", UINT64_MAX, UINT64_MAX));

constexpr std::string_view strangers[] = {
    "",
    "-",
    "7",
    "0123456789abcdef",
    "0123456789abcdef-",
    "0123456789abcdef-07",
    "0123456789abcdef-00",
    "0123456789abcdef--7",
    "0123456789abcdef-+7",
    "0123456789abcdef- 7",
    "0123456789abcdef-7 ",
    "0123456789abcdef-7x",
    "0123456789ABCDEF-7",
    "0123456789abcdeg-7",
    "123456789abcdef-7",
    "00123456789abcdef-7",
    "0123456789abcdef-18446744073709551616",
    "0123456789abcdef-99999999999999999999",
    "0123456789abcdef-100000000000000000000",
    {"0123456789abcdef-7\0", 19},
    "0123456789abcdef-\xC2\xB2",
};

constexpr auto strangers_are_no_ids() -> bool {
  for (auto const text : strangers) {
    if (event_id::parse(text)) return false;
  }
  return true;
}
static_assert(strangers_are_no_ids());

TEST_CASE("event_id: what is no id of ours is none") {
  for (auto const text : strangers) {
    CAPTURE(text);
    CHECK_FALSE(event_id::parse(text));
  }
}

TEST_CASE("event_id: what is written is read back") {
  test_support::random_numbers random{1};
  for (int i = 0; i < 10'000; ++i) {
    event_id const id{stream_id{random.next()}, random.with_any_digits()};
    std::array<char, 64> memory{};
    memscape::writer to{memory};
    id.put(to);
    CHECK(event_id::parse(to.text()) == id);
  }
}

}  // namespace
