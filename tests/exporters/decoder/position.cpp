// SPDX-License-Identifier: MIT
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/common/stream_id.hpp>
#include <memscape/exporters/decoder/position.hpp>

using memscape::decode_outcome;
using memscape::decoder_place;
using memscape::decoder_position;
using memscape::stream_id;

namespace {

constexpr auto judged(decoder_position const& position, decoder_place place) -> decode_outcome {
  return position.judge(place).outcome;
}

constexpr auto at(std::uint64_t sequence) -> decoder_position {
  decoder_position position;
  position.begin(stream_id{0xab});
  position.advance(sequence);
  return position;
}

constexpr auto follows_one_stream() -> bool {
  decoder_position position;
  if (judged(position, {.sequence = 1}) != decode_outcome::no_layout) return false;
  position.begin(stream_id{0xab});
  if (judged(position, {.sequence = 2, .base = 1}) != decode_outcome::gap) return false;
  if (judged(position, {.sequence = 1}) != decode_outcome::applied) return false;
  position.advance(1);
  if (judged(position, {.sequence = 1}) != decode_outcome::duplicate) return false;
  if (judged(position, {.sequence = 0}) != decode_outcome::out_of_order) return false;
  if (judged(position, {.sequence = 9, .base = 1}) != decode_outcome::applied) return false;
  if (judged(position, {.sequence = 9, .base = 8}) != decode_outcome::gap) return false;
  if (judged(position, {.sequence = 9, .base = 0}) != decode_outcome::gap) return false;
  if (judged(position, {.sequence = 9, .base = 9}) != decode_outcome::malformed) return false;
  return judged(position, {.sequence = 9}) == decode_outcome::applied;
}
static_assert(follows_one_stream());

}  // namespace

TEST_CASE("a delta follows its base, and a keyframe anything older") {
  CHECK(follows_one_stream());
}

TEST_CASE("an id belongs to its frame") {
  auto const position = at(5);
  CHECK(judged(position, {.id = "00000000000000ab-6", .sequence = 6}) == decode_outcome::applied);
  CHECK(judged(position, {.id = "", .sequence = 6}) == decode_outcome::applied);
  CHECK(judged(position, {.id = "00000000000000ab-7", .sequence = 6}) == decode_outcome::malformed);
  CHECK(judged(position, {.id = "rubbish", .sequence = 6}) == decode_outcome::malformed);
  CHECK(judged(position, {.id = "00000000000000ac-6", .sequence = 6}) ==
        decode_outcome::other_stream);
}

TEST_CASE("a layout of the same stream lets the server begin anywhere, once") {
  auto position = at(5);
  position.begin(stream_id{0xab});
  CHECK(position.sequence() == 5U);
  CHECK(judged(position, {.sequence = 6, .base = 5}) == decode_outcome::applied);
  CHECK(judged(position, {.sequence = 2}) == decode_outcome::applied);
  position.advance(2);
  CHECK(judged(position, {.sequence = 1}) == decode_outcome::out_of_order);
}

TEST_CASE("a layout of another stream begins anew") {
  auto position = at(5);
  position.begin(stream_id{0xcd});
  CHECK_FALSE(position.sequence());
  CHECK_FALSE(position.resume());
  CHECK(judged(position, {.sequence = 6, .base = 5}) == decode_outcome::gap);
  CHECK(judged(position, {.sequence = 1}) == decode_outcome::applied);
}

TEST_CASE("a sign of life names the frame that was sent last") {
  CHECK(at(5).judge_alive(5).outcome == decode_outcome::alive);
  CHECK(at(5).judge_alive(6).outcome == decode_outcome::gap);
  CHECK(at(5).judge_alive(4).outcome == decode_outcome::gap);
  CHECK(decoder_position{}.judge_alive(4).outcome == decode_outcome::alive);
}

TEST_CASE("one resumes behind the frame applied last, and not in a stream that is lost") {
  auto position = at(5);
  CHECK(position.resume()->sequence == 5);
  CHECK(position.resume()->stream == stream_id{0xab});
  position.forget();
  CHECK_FALSE(position.resume());
  position = at(5);
  position.lose();
  CHECK_FALSE(position.resume());
  CHECK(position.sequence() == 5U);
  CHECK(judged(position, {.sequence = 6, .base = 5}) == decode_outcome::no_layout);
  position.begin(stream_id{0xab});
  CHECK_FALSE(position.sequence());
}
