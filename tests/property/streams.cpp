// SPDX-License-Identifier: MIT
// A sender, a ring, and mirrors behind bad connections: whatever is dropped, cut into pieces, skipped or
// restarted, a mirror that applied a frame holds the sender's snapshot of that number, bit for bit.
#include <memscape/core/limit_fields.hpp>
#include <memscape/core/process_fields.hpp>
#include <memscape/core/usage_fields.hpp>
#include <memscape/exporters/delta_stream.hpp>
#include <memscape/exporters/frame_ring.hpp>
#include <memscape/exporters/stream_decoder.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <map>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "exporters/mirror_equals.hpp"
#include "exporters/random.hpp"

namespace {

using memscape::bytes;
using memscape::decode_outcome;
using memscape::delta_policy;
using memscape::delta_stream;
using memscape::event_id;
using memscape::frame_cursor;
using memscape::frame_kind;
using memscape::frame_ring;
using memscape::frame_state;
using memscape::snapshot;
using memscape::sse_json;
using memscape::stream_decoder;
using memscape::stream_id;
using test_support::random_layout;
using test_support::random_numbers;

// Mostly a step of up to 3 %, sometimes nothing at all, sometimes anything.
auto wandered(memscape::bytes from, random_numbers& random) -> memscape::bytes {
  auto const percent = memscape::bytes{from.value() / 100};
  switch (random.below(8)) {
    case 0: return memscape::bytes{random.with_any_digits()};
    case 1: return from + percent * random.below(4);
    case 2: return from - percent * random.below(4);
    case 3: return from + memscape::bytes{random.below(3)};
    default: return from;
  }
}
template <class Struct>
void wander(memscape::field<Struct> const& field, Struct& of, random_numbers& random) {
  auto const value = field.get(of);
  if (value && random.below(40) != 0) {
    field.set(of, wandered(memscape::bytes{*value}, random).value());
  } else if (random.below(4) != 0 || !field.set(of, {})) {
    field.set(of, random.with_any_digits());
  }
}

template <class Layout>
void wander(snapshot<Layout>& snap, random_numbers& random) {
  snap.sequence += 1 + random.below(3);
  snap.time_ms += random.below(1'000);
  snap.sample_ns = random.below(100'000);
  auto& process = snap.process;
  for (auto const& field : memscape::process_fields) {
    if (field.always || random.below(20) == 0)
      wander<memscape::process_memory>(field, process, random);
  }
  if (random.below(20) == 0) {
    process.errors = {};
    for (auto n = random.below(memscape::read_errors::capacity + 1); n > 0; --n) {
      process.errors.add({static_cast<memscape::read_step>(random.below(10)), -1});
    }
  }
  if constexpr (memscape::detailed<typename snapshot<Layout>::process_type>) {
    if (random.below(4) == 0) test_support::randomize_detail(process, random);
    for (auto const& field : memscape::extended_fields) {
      if (random.below(8) == 0) wander<memscape::extended_memory>(field, process, random);
    }
    for (auto const& field : memscape::limit_fields) {
      if (random.below(8) == 0) wander(field, process.limits, random);
    }
  }
  for (auto& node : snap.nodes) {
    for (auto const& field : memscape::usage_fields) wander(field, node, random);
  }
}

/// The program: its numbers, its stream, and every snapshot that it sent.
template <class Layout>
struct sender {
  static constexpr std::size_t frame_size = delta_stream<Layout>::max_size;
  using ring_type = frame_ring<6, frame_size>;

  stream_id name;
  delta_stream<Layout> stream;
  ring_type ring{};
  snapshot<Layout> snap{};
  std::map<std::uint64_t, snapshot<Layout>> sent{};
  std::uint64_t now_ms = 0;

  sender(random_numbers& random, delta_policy policy)
      : name{random.next()},
        stream{name, policy},
        snap{test_support::random_snapshot<Layout>(random)} {
    snap.sequence = random.below(1'000'000);
  }

  void tick(random_numbers& random) {
    wander(snap, random);
    now_ms += random.below(2'000);
    if (ring.needs_keyframe()) stream.request_keyframe();
    static std::array<char, frame_size> memory;
    auto const frame = stream.next(memory, snap, now_ms);
    if (frame.kind == frame_kind::keyframe || frame.kind == frame_kind::delta) {
      sent[frame.sequence] = snap;
    }
    ring.publish(frame);
  }
};

/// One viewer behind a connection that stalls, breaks, and delivers in pieces.
template <class Layout>
struct viewer {
  stream_decoder mirror{};
  frame_cursor at{};
  bool connected = false;
  std::uint64_t applied = 0;
  std::uint64_t faults = 0;

  void connect(sender<Layout>& to) {
    mirror.restart();
    auto const last = event_id::parse(mirror.last_event_id());
    at = last ? to.ring.resume(*last, to.name) : to.ring.join();
    static std::array<char, sse_json::max_layout_size<Layout>> memory;
    deliver(to, sse_json::write_layout<Layout>(memory, to.name, 100));
    connected = true;
  }

  void deliver(sender<Layout>& from, std::string_view text) {
    mirror.feed(text, [&](memscape::decode_report const& report) {
      switch (report.outcome) {
        case decode_outcome::applied:
          ++applied;
          faults += test_support::equals(mirror.snapshot(), from.sent.at(report.sequence), false)
                        ? 0U
                        : 1U;
          break;
        case decode_outcome::layout:
        case decode_outcome::alive:
        case decode_outcome::duplicate:
        case decode_outcome::out_of_order: break;
        default:
          // What arrives whole and in order gives nothing to complain about.
          ++faults;
      }
    });
  }

  void read(sender<Layout>& from, random_numbers& random) {
    for (auto reads = random.below(6); reads > 0 && connected; --reads) {
      auto const view = from.ring.view(at);
      if (view.state == frame_state::idle) return;
      if (view.state == frame_state::cut || random.below(40) == 0) {
        connected = false;
        return;
      }
      // A full socket takes a part.
      auto const part =
          random.below(3) == 0 ? 1 + random.below(view.text.size()) : view.text.size();
      for (std::size_t begin = 0; begin < part;) {
        auto const piece = std::min<std::size_t>(1 + random.below(900), part - begin);
        deliver(from, view.text.substr(begin, piece));
        begin += piece;
      }
      from.ring.advance(at, part);
    }
  }
};

template <std::uint64_t Seed>
using detailed_layout = memscape::layout_with<random_layout<Seed>, memscape::extended_memory>;

template <std::uint64_t Seed, class layout = random_layout<Seed>>
void a_mirror_never_differs() {
  random_numbers random{Seed * 7919};
  std::uint64_t applied = 0;
  for (int round = 0; round < 1'000; ++round) {
    delta_policy const policy{.ratio_per_mille = static_cast<std::uint32_t>(random.below(40)),
                              .floor = bytes{random.below(3) * 4096},
                              .keyframe_every_ms = 1'000 + random.below(40'000),
                              .alive_every_ms = 500 + random.below(5'000)};
    auto program = std::make_unique<sender<layout>>(random, policy);
    std::array<viewer<layout>, 3> viewers{};
    auto const ticks = 10 + random.below(30);
    for (std::uint64_t tick = 0; tick < ticks; ++tick) {
      program->tick(random);
      for (auto& viewer : viewers) {
        if (!viewer.connected && random.below(3) == 0) viewer.connect(*program);
        if (viewer.connected && random.below(3) != 0) viewer.read(*program, random);
      }
      if (random.below(60) == 0) {
        // The program is started again: the mirrors keep what they saw of the old run.
        program = std::make_unique<sender<layout>>(random, policy);
        for (auto& viewer : viewers) viewer.connected = false;
      }
    }
    for (auto& viewer : viewers) {
      applied += viewer.applied;
      CAPTURE(Seed);
      CAPTURE(round);
      REQUIRE(viewer.faults == 0);
    }
  }
  CHECK(applied > 10'000);
}

TEST_CASE(
    "streams: a mirror that applied a frame holds that snapshot, whatever the connection does") {
  a_mirror_never_differs<1>();
  a_mirror_never_differs<2>();
  a_mirror_never_differs<3>();
  a_mirror_never_differs<4>();
  a_mirror_never_differs<5>();
  a_mirror_never_differs<6>();
  a_mirror_never_differs<7>();
  a_mirror_never_differs<8>();
  a_mirror_never_differs<9, detailed_layout<9>>();
  a_mirror_never_differs<10, detailed_layout<10>>();
}

}  // namespace
