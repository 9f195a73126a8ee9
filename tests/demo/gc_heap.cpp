// SPDX-License-Identifier: MIT
#include "allocators/heap_share.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstring>
#include <lua.hpp>
#include <vector>

#include "random_source.hpp"
#include "runtime.hpp"

namespace {

constexpr std::size_t no_limit = SIZE_MAX;

struct block {
  unsigned char* data;
  std::size_t size;
  unsigned char mark;
};

auto is_intact(block const& of, std::size_t size) -> bool {
  for (std::size_t i = 0; i < size; ++i) {
    if (of.data[i] != of.mark) return false;
  }
  return true;
}

// What the tiers must say when exactly these blocks are live.
void check_tiers(demo::gc_heap const& heap, std::vector<block> const& live) {
  std::size_t lval = 0;
  std::size_t lenv = 0;
  std::size_t objects = 0;
  std::size_t bytes = 0;
  for (auto const& each : live) {
    if (each.size <= demo::gc_heap::lval_slot) {
      ++lval;
    } else if (each.size <= demo::gc_heap::lenv_slot) {
      ++lenv;
    } else {
      ++objects;
      bytes += each.size;
    }
  }
  REQUIRE(heap.lval().used_slots() == lval);
  REQUIRE(heap.lenv().used_slots() == lenv);
  REQUIRE(heap.malloc().objects() == objects);
  REQUIRE(heap.malloc().used() == bytes);
  REQUIRE(heap.malloc().committed() >= bytes);
  REQUIRE(heap.used() == lval * demo::gc_heap::lval_slot + lenv * demo::gc_heap::lenv_slot + bytes);
}

}  // namespace

TEST_CASE("random use of the heap agrees with a model, across all tiers") {
  demo::gc_heap heap{no_limit};
  demo::heap_share share{heap};
  std::vector<block> live;
  demo_test::random_source random{7};
  // Around the edges between tiers most of all.
  auto const some_size = [&]() -> std::size_t {
    switch (random.below(4)) {
      case 0: return 1 + random.below(64);
      case 1: return 60 + random.below(10);
      case 2: return 120 + random.below(16);
      default: return 1 + random.below(5000);
    }
  };
  for (int step = 0; step < 40000; ++step) {
    auto const choice = random.below(10);
    if (choice < 4 || live.empty()) {
      auto const size = some_size();
      // In place of the old size Lua says what kind of object it is for.
      void* const data = share.reallocate(nullptr, random.below(10), size);
      REQUIRE(data != nullptr);
      block const added{static_cast<unsigned char*>(data), size,
                        static_cast<unsigned char>(random.below(256))};
      std::memset(added.data, added.mark, size);
      live.push_back(added);
    } else if (auto& chosen = live[random.below(live.size())]; choice < 7) {
      auto const size = some_size();
      auto* const moved = share.reallocate(chosen.data, chosen.size, size);
      REQUIRE(moved != nullptr);
      chosen.data = static_cast<unsigned char*>(moved);
      REQUIRE(is_intact(chosen, std::min(size, chosen.size)));
      chosen.size = size;
      std::memset(chosen.data, chosen.mark, size);
    } else {
      REQUIRE(is_intact(chosen, chosen.size));
      REQUIRE(share.reallocate(chosen.data, chosen.size, 0) == nullptr);
      chosen = live.back();
      live.pop_back();
    }
    if (step % 64 == 0) check_tiers(heap, live);
  }
  check_tiers(heap, live);
  for (auto const& each : live) REQUIRE(share.reallocate(each.data, each.size, 0) == nullptr);
  check_tiers(heap, {});
  CHECK(heap.malloc().committed() == 0);
}

TEST_CASE("freeing nothing is allowed") {
  demo::gc_heap heap{no_limit};
  demo::heap_share share{heap};
  CHECK(share.reallocate(nullptr, 0, 0) == nullptr);
  CHECK(share.reallocate(nullptr, LUA_TTABLE, 0) == nullptr);
  CHECK(heap.used() == 0);
}

TEST_CASE("at its limit the heap refuses to grow, keeps the old block, and still shrinks") {
  demo::gc_heap heap{1000};
  demo::heap_share share{heap};
  auto* const data = static_cast<unsigned char*>(share.reallocate(nullptr, 0, 900));
  REQUIRE(data != nullptr);
  std::memset(data, 0x5a, 900);
  CHECK(share.reallocate(nullptr, 0, 101) == nullptr);
  CHECK(share.reallocate(data, 900, 1001) == nullptr);
  CHECK(share.reallocate(data, 900, SIZE_MAX) == nullptr);
  CHECK(is_intact({data, 900, 0x5a}, 900));
  CHECK(heap.malloc().used() == 900);
  auto* const smaller = static_cast<unsigned char*>(share.reallocate(data, 900, 20));
  REQUIRE(smaller != nullptr);
  CHECK(is_intact({smaller, 20, 0x5a}, 20));
  CHECK(heap.used() == demo::gc_heap::lval_slot);
  CHECK(share.reallocate(smaller, 20, 0) == nullptr);
}

TEST_CASE("Lua runs on the heap, raises an error at the limit, and gives everything back") {
  demo::gc_heap heap{2 << 20};
  demo::heap_share share{heap};
  auto const allocate = [](void* to, void* data, std::size_t old_size, std::size_t new_size) {
    return static_cast<demo::heap_share*>(to)->reallocate(data, old_size, new_size);
  };
  auto* const lua = lua_newstate(allocate, &share);
  REQUIRE(lua != nullptr);
  luaL_openlibs(lua);
  CHECK(luaL_dostring(lua, "local t = {} for i = 1, 1e9 do t[i] = { i } end") == 1);
  CHECK(heap.used() <= heap.limit());
  lua_settop(lua, 0);
  CHECK(luaL_dostring(lua, "collectgarbage() local t = {} for i = 1, 1000 do t[i] = { i } end") ==
        LUA_OK);
  CHECK(heap.lval().used_slots() > 1000);
  lua_close(lua);
  CHECK(heap.used() == 0);
  CHECK(heap.malloc().objects() == 0);
}

TEST_CASE(
    "the tree's groups are the sums of their leaves, and its sources say what allocators say") {
  demo::runtime memory{no_limit, 16};
  demo::heap_share share{memory.heap};
  void* const small = share.reallocate(nullptr, 0, 10);
  void* const middle = share.reallocate(nullptr, 0, 100);
  void* const large = share.reallocate(nullptr, 0, 1000);
  void* const connection = memory.aio.connections.allocate();
  void* const buffer = memory.aio.buffers.allocate();
  auto registry = demo::make_memory(memory);
  auto const snap = registry.collect();
  using memscape::bytes, memscape::count;
  CHECK(snap.at<"gc_lval_slab">().used == bytes{64});
  CHECK(snap.at<"gc_lenv_slab">().used == bytes{128});
  CHECK(snap.at<"gc_malloc">().used == bytes{1000});
  CHECK(snap.at<"gc_malloc">().objects == count{1});
  CHECK(snap.at<"gc_heap">().used == bytes{1192});
  CHECK(snap.at<"gc_heap">().used == bytes{memory.heap.used()});
  CHECK(snap.at<"aio_slabs">().used ==
        bytes{demo::aio_slabs::connection_size + demo::aio_slabs::buffer_size});
  CHECK(snap.at<"aio_slabs">().objects == count{2});
  CHECK(snap.at<"aio_slabs">().slot_count == count{32});
  CHECK_FALSE(snap.at<"aio_slabs">().peak.has_value());
  memory.aio.connections.deallocate(connection);
  memory.aio.buffers.deallocate(buffer);
  CHECK(share.reallocate(small, 10, 0) == nullptr);
  CHECK(share.reallocate(middle, 100, 0) == nullptr);
  CHECK(share.reallocate(large, 1000, 0) == nullptr);
}

TEST_CASE("a share is given back as a whole, and the others keep what they have") {
  demo::gc_heap heap{1 << 20};
  demo::heap_share stays{heap};
  auto* const kept = static_cast<unsigned char*>(stays.reallocate(nullptr, 0, 5000));
  REQUIRE(kept != nullptr);
  std::memset(kept, 0x5a, 5000);
  {
    demo::heap_share gone{heap};
    demo_test::random_source random{11};
    // Until the limit of both together, then again: what was given back may be taken anew.
    for (int round = 0; round < 3; ++round) {
      std::size_t taken = 0;
      for (auto size = 1 + random.below(1000); gone.reallocate(nullptr, 0, size) != nullptr;
           ++taken) {
        size = 1 + random.below(1000);
      }
      CHECK(taken > 1000);
      CHECK(heap.used() > heap.limit() - 1000);
      gone.release();
      CHECK(heap.used() == 5000);
      CHECK(heap.malloc().objects() == 1);
      CHECK(heap.lval().slots() + heap.lenv().slots() == 0);
    }
    CHECK(gone.reallocate(nullptr, 0, 500) != nullptr);
    CHECK(gone.reallocate(nullptr, 0, 50) != nullptr);
  }
  CHECK(heap.used() == 5000);
  CHECK(is_intact({kept, 5000, 0x5a}, 5000));
  CHECK(stays.reallocate(nullptr, 0, SIZE_MAX) == nullptr);
}
