// SPDX-License-Identifier: MIT
#include <memscape/sources/counted.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <thread>
#include <type_traits>

#include "sources/crew.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::counted;
using memscape::usage;

static_assert(memscape::allocator_source<memscape::counted_source>);
static_assert(!std::is_copy_constructible_v<counted>, "its source points at it");

TEST_CASE("counted: begins at nothing") {
  CHECK(counted{}.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
}

TEST_CASE("counted: counts bytes and objects in and out, and keeps the peak") {
  counted heap;
  heap.add(bytes{100});
  heap.add(bytes{50});
  heap.remove(bytes{100});
  heap.add(bytes{10});
  CHECK(heap.sample() == usage{.used = bytes{60}, .peak = bytes{150}, .objects = count{2}});
}

TEST_CASE("counted: counts several objects at once, and none") {
  counted heap;
  heap.add(bytes{100}, count{10});
  heap.add(bytes{28}, count{0});  // a block grew
  heap.remove(bytes{64}, count{5});
  CHECK(heap.sample() == usage{.used = bytes{64}, .peak = bytes{128}, .objects = count{5}});
}

TEST_CASE("counted: the source follows its counter") {
  counted heap;
  auto const source = heap.source();
  heap.add(bytes{7});
  CHECK(source.sample() == heap.sample());
  heap.remove(bytes{7});
  CHECK(source.sample() == usage{.used = bytes{0}, .peak = bytes{7}, .objects = count{0}});
}

TEST_CASE("counted: a remove that overtakes its add reads zero, and all is right when it comes") {
  counted heap;
  heap.remove(bytes{100});
  CHECK(heap.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
  heap.add(bytes{100});
  CHECK(heap.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
  heap.remove(bytes{100});
  heap.add(bytes{130});
  CHECK(heap.sample() == usage{.used = bytes{30}, .peak = bytes{30}, .objects = count{0}});
}

TEST_CASE("counted: no addition of four threads is lost while a fifth samples") {
  constexpr std::uint64_t rounds = 20000;
  counted heap;
  bool bounded = true;
  std::uint64_t highest_seen = 0;
  test_support::while_working<4>(
      [&](std::size_t) {
        for (std::uint64_t i = 0; i < rounds; ++i) {
          heap.add(bytes{3});
          heap.add(bytes{2});
          heap.remove(bytes{2});
        }
      },
      [&] {
        auto const now = heap.source().sample();
        bounded = bounded && now.used.value() <= 4 * (3 * rounds + 2) &&
                  now.objects->value() <= 4 * (rounds + 1);
        highest_seen = now.peak->value() > highest_seen ? now.peak->value() : highest_seen;
        bounded = bounded && now.peak->value() >= highest_seen;
      });
  CHECK(bounded);
  auto const end = heap.sample();
  CHECK(end.used == bytes{4 * rounds * 3});
  CHECK(end.objects == count{4 * rounds});
  CHECK(*end.peak >= end.used);
  CHECK(end.peak->value() <= 4 * (3 * rounds + 2));
}

TEST_CASE("counted: blocks that one thread adds and another removes never wrap") {
  constexpr std::uint64_t blocks = 50000;
  counted heap;
  std::atomic<std::uint64_t> handed_over{0};
  bool wrapped = false;
  test_support::while_working<2>(
      [&](std::size_t thread) {
        for (std::uint64_t i = 0; i < blocks; ++i) {
          if (thread == 0) {
            // Before it is counted: its remove may come first.
            handed_over.store(i + 1);
            heap.add(bytes{1000});
          } else {
            while (handed_over.load() <= i) std::this_thread::yield();
            heap.remove(bytes{1000});
          }
        }
      },
      [&] {
        auto const now = heap.sample();
        wrapped = wrapped || now.used.value() > 1000 * blocks || now.objects->value() > blocks ||
                  now.peak->value() > 1000 * blocks;
      });
  CHECK_FALSE(wrapped);
  CHECK(heap.sample().used == bytes{0});
  CHECK(heap.sample().objects == count{0});
}

}  // namespace
