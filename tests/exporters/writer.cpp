// SPDX-License-Identifier: MIT
#include <memscape/exporters/writer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <string_view>

#include "exporters/random.hpp"

namespace {

using memscape::writer;
using test_support::fenced;

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();
constexpr auto i64_min = std::numeric_limits<std::int64_t>::min();

constexpr std::array<char, 3> constant{'d', 'e', 'f'};
constexpr std::string_view whole = "abcdefg18446744073709551615-92233720368547758080";

constexpr void put_everything(writer& to) {
  to.put("abc");
  to.put("");
  to.put(constant);
  to.put('g');
  to.number(u64_max);
  to.signed_number(i64_min);
  to.number(0);
}

constexpr auto counts_without_memory() -> bool {
  writer counter;
  if (counter.size() != 0 || !counter.complete() || !counter.text().empty()) return false;
  put_everything(counter);
  return counter.size() == whole.size() && !counter.complete() && counter.text().empty();
}
static_assert(counts_without_memory());
TEST_CASE("writer: without memory it counts") { CHECK(counts_without_memory()); }

constexpr auto whole_or_nothing_in(std::size_t room) -> bool {
  fenced<whole.size() + 1> memory;
  writer to{memory.first(room)};
  put_everything(to);
  bool const fits = room >= whole.size();
  return to.size() == whole.size() && to.complete() == fits &&
         to.text() == (fits ? whole : std::string_view{}) && memory.intact_behind(room);
}
constexpr auto whole_or_nothing() -> bool {
  for (std::size_t room = 0; room <= whole.size() + 1; ++room) {
    if (!whole_or_nothing_in(room)) return false;
  }
  return true;
}
static_assert(whole_or_nothing());
TEST_CASE("writer: all of it or none, with every amount of room, and never past its end") {
  for (std::size_t room = 0; room <= whole.size() + 1; ++room) {
    CAPTURE(room);
    CHECK(whole_or_nothing_in(room));
  }
}

// A piece that fits behind one that did not would make a text with a hole.
template <class Piece>
constexpr auto stays_incomplete(Piece put) -> bool {
  fenced<30> memory;
  writer to{memory.first(30)};
  to.put("0123456789012345678901234567890");
  put(to);
  return !to.complete() && to.text().empty() && memory.intact_behind(30);
}
constexpr auto leaves_no_hole() -> bool {
  return stays_incomplete([](writer& to) { to.put('x'); }) &&
         stays_incomplete([](writer& to) { to.put("x"); }) &&
         stays_incomplete([](writer& to) { to.put(constant); }) &&
         stays_incomplete([](writer& to) { to.number(1); }) &&
         stays_incomplete([](writer& to) { to.signed_number(-1); });
}
static_assert(leaves_no_hole());
TEST_CASE("writer: what comes behind a piece that did not fit does not fit either") {
  CHECK(leaves_no_hole());
}

constexpr auto holds_any_character() -> bool {
  fenced<256> memory;
  writer to{memory.first(256)};
  for (int c = 0; c < 256; ++c) to.put(static_cast<char>(c));
  auto const text = to.text();
  if (text.size() != 256) return false;
  for (int c = 0; c < 256; ++c) {
    if (text[static_cast<std::size_t>(c)] != static_cast<char>(c)) return false;
  }
  return true;
}
static_assert(holds_any_character());
TEST_CASE("writer: characters pass as they are, NUL included") { CHECK(holds_any_character()); }

// Numbers, with the room that they need and one less, and with plenty: the end of a buffer is
// written in another way than its middle. Behind the text, but within its room, anything may stand.
constexpr auto writes_number(std::uint64_t value, std::string_view expected) -> bool {
  for (std::size_t const room :
       {expected.size(), expected.size() + 1, std::size_t{20}, std::size_t{21}, std::size_t{40}}) {
    if (room < expected.size()) continue;
    fenced<40> memory;
    writer to{memory.first(room)};
    to.number(value);
    if (to.text() != expected || !memory.intact_behind(room)) return false;
  }
  fenced<40> memory;
  writer to{memory.first(expected.size() - 1)};
  to.number(value);
  return to.text().empty() && to.size() == expected.size() &&
         memory.intact_behind(expected.size() - 1);
}

// 10^zeros − 1, 10^zeros and 10^zeros + 1, with their texts spelled out and not computed.
constexpr auto writes_around_power_of_ten(std::size_t zeros) -> bool {
  char below[21]{};
  char exact[21]{};
  char above[21]{};
  std::uint64_t power = 1;
  exact[0] = above[0] = '1';
  for (std::size_t i = 0; i < zeros; ++i) {
    power *= 10;
    below[i] = '9';
    exact[i + 1] = above[i + 1] = '0';
  }
  if (zeros == 0) below[0] = '0';
  above[zeros] = zeros == 0 ? '2' : '1';
  return writes_number(power - 1, {below, zeros == 0 ? 1 : zeros}) &&
         writes_number(power, {exact, zeros + 1}) && writes_number(power + 1, {above, zeros + 1});
}
constexpr auto writes_around_every_power_of_ten() -> bool {
  for (std::size_t zeros = 0; zeros < writer::max_digits; ++zeros) {
    if (!writes_around_power_of_ten(zeros)) return false;
  }
  return true;
}
static_assert(writes_around_every_power_of_ten());
TEST_CASE("writer: numbers around every power of ten") {
  for (std::size_t zeros = 0; zeros < writer::max_digits; ++zeros) {
    CAPTURE(zeros);
    CHECK(writes_around_power_of_ten(zeros));
  }
}

constexpr auto writes_largest_numbers() -> bool {
  return writes_number(0, "0") && writes_number(u64_max, "18446744073709551615") &&
         writes_number(u64_max - 1, "18446744073709551614") &&
         writes_number(u64_max / 2 + 1, "9223372036854775808");
}
static_assert(writes_largest_numbers());
TEST_CASE("writer: the smallest and the largest number") { CHECK(writes_largest_numbers()); }

constexpr auto writes_signed(std::int64_t value, std::string_view expected) -> bool {
  for (std::size_t room = 0; room <= 40; ++room) {
    fenced<40> memory;
    writer to{memory.first(room)};
    to.signed_number(value);
    bool const fits = room >= expected.size();
    if (to.size() != expected.size() || to.text() != (fits ? expected : std::string_view{})) {
      return false;
    }
    if (!memory.intact_behind(room)) return false;
  }
  return true;
}
constexpr auto writes_signed_numbers() -> bool {
  return writes_signed(0, "0") && writes_signed(1, "1") && writes_signed(-1, "-1") &&
         writes_signed(-10, "-10") &&
         writes_signed(std::numeric_limits<std::int32_t>::min(), "-2147483648") &&
         writes_signed(i64_min, "-9223372036854775808") &&
         writes_signed(i64_min + 1, "-9223372036854775807") &&
         writes_signed(std::numeric_limits<std::int64_t>::max(), "9223372036854775807");
}
static_assert(writes_signed_numbers());
TEST_CASE("writer: signed numbers, the smallest included") { CHECK(writes_signed_numbers()); }

}  // namespace
