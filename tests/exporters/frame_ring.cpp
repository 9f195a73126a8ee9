// SPDX-License-Identifier: MIT
#include <memscape/exporters/frame_ring.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/exporters/delta_stream.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using memscape::event_id;
using memscape::frame_cursor;
using memscape::frame_kind;
using memscape::frame_ring;
using memscape::frame_state;
using memscape::stream_id;

constexpr std::size_t slots = 4;
using small_ring = frame_ring<slots, 64>;
constexpr stream_id stream{7};

/// Publishes frames whose text is their kind and sequence, as a stream would.
struct producer {
  small_ring ring{};
  std::uint64_t sequence = 0;

  auto tick() -> std::string {
    auto const kind = ring.needs_keyframe() ? frame_kind::keyframe : frame_kind::delta;
    return publish(kind, ++sequence);
  }
  auto publish(frame_kind kind, std::uint64_t of) -> std::string {
    char const letter = kind == frame_kind::keyframe ? 'k' : kind == frame_kind::delta ? 'd' : 'a';
    auto text = letter + std::to_string(of);
    ring.publish({kind, of, text});
    return text;
  }
  auto next(frame_cursor& at) -> std::string {
    auto const view = ring.view(at);
    auto text = std::string{view.text};
    if (!text.empty()) ring.advance(at, text.size());
    return text;
  }
};

TEST_CASE("frame_ring: a client that keeps up has every frame") {
  producer of;
  auto at = of.ring.join();
  CHECK(of.next(at).empty());
  for (int i = 0; i < 50; ++i) {
    auto const text = of.tick();
    CHECK(of.next(at) == text);
    CHECK(of.next(at).empty());
  }
}

TEST_CASE("frame_ring: asks for a keyframe before it would lose the latest") {
  producer of;
  CHECK(of.ring.needs_keyframe());
  CHECK(of.tick() == "k1");
  CHECK(of.tick() == "d2");
  CHECK(of.tick() == "d3");
  CHECK(of.ring.needs_keyframe());
  CHECK(of.tick() == "k4");
  CHECK_FALSE(of.ring.needs_keyframe());
}

TEST_CASE("frame_ring: a new client begins at the latest keyframe") {
  producer of;
  for (int i = 0; i < 6; ++i) of.tick();  // k1 d2 d3 k4 d5 d6
  auto at = of.ring.join();
  CHECK(of.next(at) == "k4");
  CHECK(of.next(at) == "d5");
  CHECK(of.next(at) == "d6");
  CHECK(of.next(at).empty());
}

TEST_CASE("frame_ring: a client that stayed behind skips to the latest keyframe") {
  producer of;
  auto at = of.ring.join();
  for (int i = 0; i < 9; ++i) of.tick();  // k1 d2 d3 k4 d5 d6 k7 d8 d9
  auto const view = of.ring.view(at);
  CHECK(view.state == frame_state::skipped);
  CHECK(view.text == "k7");
  of.ring.advance(at, 2);
  CHECK(of.next(at) == "d8");
}

TEST_CASE("frame_ring: the oldest frame that is held is not skipped") {
  producer of;
  of.tick();
  auto at = of.ring.join();
  for (int i = 0; i < 3; ++i) of.tick();  // k1 d2 d3 k4
  CHECK(of.ring.view(at).state == frame_state::ready);
  CHECK(of.ring.view(at).text == "k1");
  of.tick();
  CHECK(of.ring.view(at).state == frame_state::skipped);
}

TEST_CASE("frame_ring: a half-sent frame goes on where it stopped, and is cut when it is gone") {
  producer of;
  of.tick();
  of.sequence = 1'000;
  auto at = of.ring.join();
  CHECK(of.next(at) == "k1");
  of.tick();
  CHECK(of.ring.view(at).text == "d1001");
  of.ring.advance(at, 2);
  CHECK(of.ring.view(at).text == "001");
  of.tick();
  CHECK(of.ring.view(at).text == "001");
  for (int i = 0; i < 3; ++i) of.tick();
  CHECK(of.ring.view(at).state == frame_state::cut);
  CHECK(of.ring.view(at).text.empty());
}

TEST_CASE("frame_ring: resumes behind the frame that the client has, while it is held") {
  producer of;
  for (int i = 0; i < 6; ++i) of.tick();  // k1 d2 d3 k4 d5 d6; 3 to 6 are held
  auto at = of.ring.resume({stream, 5}, stream);
  CHECK(of.next(at) == "d6");
  at = of.ring.resume({stream, 6}, stream);
  CHECK(of.next(at).empty());
  at = of.ring.resume({stream, 3}, stream);
  CHECK(of.next(at) == "k4");
  at = of.ring.resume({stream, 2}, stream);
  CHECK(of.next(at) == "k4");
  at = of.ring.resume({stream, 99}, stream);
  CHECK(of.next(at) == "k4");
  at = of.ring.resume({stream_id{8}, 5}, stream);
  CHECK(of.next(at) == "k4");
}

TEST_CASE("frame_ring: resumes from the text that a client sends, and rubbish begins anew") {
  producer of;
  for (int i = 0; i < 6; ++i) of.tick();
  auto const next_after = [&of](std::string_view last_event_id) {
    auto at = of.ring.resume(last_event_id, stream);
    return of.next(at);
  };
  CHECK(next_after("0000000000000007-5") == "d6");
  CHECK(next_after("0000000000000008-5") == "k4");
  CHECK(next_after("") == "k4");
  CHECK(next_after("0000000000000007-5\n") == "k4");
}

TEST_CASE("frame_ring: says whether a cursor has something to send") {
  producer of;
  auto at = of.ring.join();
  CHECK_FALSE(of.ring.has_next(at));
  of.tick();
  CHECK(of.ring.has_next(at));
  of.next(at);
  CHECK_FALSE(of.ring.has_next(at));
}

TEST_CASE("frame_ring: publishes a stream's next frame, and keyframes where it needs them") {
  using layout = memscape::layout<memscape::leaf_shape<"heap", "Heap">>;
  memscape::delta_stream<layout> of{stream};
  frame_ring<4, memscape::delta_stream<layout>::max_size> ring;
  std::array<char, ring.slot_size> memory{};
  memscape::snapshot<layout> snap{};
  auto const tick = [&](std::uint64_t used) {
    ++snap.sequence;
    snap.nodes[0] = {.used = memscape::bytes{used}};
    return ring.publish_next(of, memory, snap, snap.sequence);
  };
  CHECK(tick(100) == frame_kind::keyframe);
  CHECK(tick(100) == frame_kind::none);
  CHECK(tick(200) == frame_kind::delta);
  CHECK(tick(300) == frame_kind::delta);
  CHECK(tick(400) == frame_kind::keyframe);
}

TEST_CASE("frame_ring: a sign of life is not the frame that it names") {
  producer of;
  of.tick();
  of.tick();                         // k1 d2
  of.publish(frame_kind::alive, 2);  // a2
  auto at = of.ring.resume({stream, 2}, stream);
  CHECK(of.next(at) == "a2");
}

TEST_CASE("frame_ring: before the first frame there is nothing to resume") {
  producer of;
  auto at = of.ring.resume({stream, 0}, stream);
  CHECK(of.next(at).empty());
  of.tick();
  CHECK(of.next(at) == "k1");
}

TEST_CASE("frame_ring: nothing, and what is larger than a slot, is not published") {
  producer of;
  auto at = of.ring.join();
  of.ring.publish({});
  std::string const large(65, 'x');
  of.ring.publish({frame_kind::keyframe, 1, large});
  CHECK(of.next(at).empty());
  of.ring.publish({frame_kind::keyframe, 1, std::string_view{large}.substr(1)});
  CHECK(of.next(at) == large.substr(1));
}

TEST_CASE("frame_ring: a lost keyframe is waited for, not replaced by another frame") {
  producer of;
  auto at = of.ring.join();
  of.tick();
  for (std::uint64_t i = 2; i < 8; ++i)
    of.publish(frame_kind::delta, i);  // the producer forgets to ask
  CHECK(of.next(at).empty());
  std::array<char, 64> memory{};
  CHECK(of.ring.copy(at, memory).state == frame_state::idle);
  of.publish(frame_kind::keyframe, 8);
  CHECK(of.ring.view(at).state == frame_state::skipped);
  CHECK(of.next(at) == "k8");
}

TEST_CASE("frame_ring: readers on other threads see whole frames, in order") {
  constexpr std::size_t size = 256;
  constexpr std::uint64_t last = 20'000;
  frame_ring<8, size> ring;

  struct seen {
    std::uint64_t frames = 0;
    std::uint64_t faults = 0;
    std::uint64_t last = 0;
  };
  std::array<seen, 3> all{};
  std::vector<std::thread> readers;
  for (auto& mine : all) {
    readers.emplace_back([&ring, &mine] {
      frame_cursor at;
      std::array<char, size> memory{};
      while (mine.last != last) {
        auto const view = ring.copy(at, memory);
        if (view.state == frame_state::idle) {
          std::this_thread::yield();
          continue;
        }
        std::uint64_t number = 0;
        std::memcpy(&number, view.text.data(), sizeof number);
        bool const whole = view.text.size() == 100 + number % 156 &&
                           view.text.find_first_not_of(static_cast<char>(number), sizeof number) ==
                               std::string_view::npos;
        bool const in_order =
            view.state == frame_state::ready ? number == mine.last + 1 : number > mine.last;
        mine.faults += whole && in_order ? 0U : 1U;
        mine.last = number;
        ++mine.frames;
      }
    });
  }
  std::array<char, size> memory{};
  for (std::uint64_t number = 1; number <= last; ++number) {
    std::memset(memory.data(), static_cast<char>(number), memory.size());
    std::memcpy(memory.data(), &number, sizeof number);
    auto const kind = ring.needs_keyframe() ? frame_kind::keyframe : frame_kind::delta;
    ring.publish({kind, number, {memory.data(), 100 + number % 156}});
    if (number % 16 == 0) std::this_thread::yield();
  }
  for (auto& reader : readers) reader.join();
  for (auto const& mine : all) {
    CHECK(mine.faults == 0);
    CHECK(mine.frames > 0);
  }
}

}  // namespace
