// SPDX-License-Identifier: MIT
#include <memscape/sources/sharded.hpp>

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
using memscape::sharded_counted;
using memscape::usage;

static_assert(memscape::allocator_source<memscape::sharded_source<4>>);
static_assert(!std::is_copy_constructible_v<sharded_counted<4>>, "its source points at it");
static_assert(sizeof(sharded_counted<4>) == std::size_t{4 * 128}, "no two shards share a line");
static_assert(alignof(sharded_counted<4>) == 128);

TEST_CASE("sharded: counts bytes and objects in and out, and has no peak") {
  sharded_counted<> heap;
  CHECK(heap.sample() == usage{.used = bytes{0}, .objects = count{0}});
  heap.add(bytes{100});
  heap.add(bytes{50}, count{5});
  heap.remove(bytes{100});
  CHECK(heap.source().sample() == usage{.used = bytes{50}, .objects = count{5}});
}

TEST_CASE("sharded: what one thread added another may remove") {
  sharded_counted<8> heap;
  heap.add(bytes{100});
  std::thread{[&] { heap.add(bytes{10}); }}.join();
  std::thread{[&] { heap.remove(bytes{100}); }}.join();
  CHECK(heap.sample() == usage{.used = bytes{10}, .objects = count{1}});
}

// More threads than shards, as many, and fewer.
TEST_CASE_TEMPLATE("sharded: no addition of four threads is lost while a fifth samples", counter,
                   sharded_counted<1>, sharded_counted<4>, sharded_counted<16>) {
  constexpr std::uint64_t rounds = 10000;
  counter heap;
  bool bounded = true;
  test_support::while_working<4>(
      [&](std::size_t) {
        for (std::uint64_t i = 0; i < rounds; ++i) {
          heap.add(bytes{3});
          heap.add(bytes{2});
          heap.remove(bytes{2});
        }
      },
      [&] {
        // Removals are read first, and so a sample may miss some: what was ever added bounds it.
        auto const now = heap.sample();
        bounded =
            bounded && now.used.value() <= 4 * 5 * rounds && now.objects->value() <= 4 * 2 * rounds;
      });
  CHECK(bounded);
  CHECK(heap.sample() == usage{.used = bytes{4 * 3 * rounds}, .objects = count{4 * rounds}});
}

TEST_CASE("sharded: a sample sees no removal without its addition") {
  // One block stays throughout, beside blocks that one thread adds and the other removes, so that no
  // sample may read less than that one.
  constexpr std::uint64_t blocks = 50000;
  sharded_counted<2> heap;
  heap.add(bytes{7}, count{1});
  std::atomic<std::uint64_t> handed_over{0};
  bool short_of_one = false;
  bool wrapped = false;
  test_support::while_working<2>(
      [&](std::size_t thread) {
        for (std::uint64_t i = 0; i < blocks; ++i) {
          if (thread == 0) {
            heap.add(bytes{1000});
            handed_over.store(i + 1, std::memory_order_release);
          } else {
            while (handed_over.load(std::memory_order_acquire) <= i) std::this_thread::yield();
            heap.remove(bytes{1000});
          }
        }
      },
      [&] {
        auto const now = heap.sample();
        short_of_one = short_of_one || now.used < bytes{7} || *now.objects < count{1};
        wrapped =
            wrapped || now.used.value() > 7 + 1000 * blocks || now.objects->value() > 1 + blocks;
      });
  CHECK_FALSE(short_of_one);
  CHECK_FALSE(wrapped);
  CHECK(heap.sample() == usage{.used = bytes{7}, .objects = count{1}});
}

}  // namespace
