// SPDX-License-Identifier: MIT
#include "allocators/slab.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <vector>

#include "allocators/fixed_slab.hpp"
#include "random_source.hpp"

namespace {

struct block {
  std::byte* data;
  std::byte mark;
};

// Fills a slot, so that one which overlaps another is noticed.
void paint(block const& of, std::size_t size) {
  std::memset(of.data, std::to_integer<int>(of.mark), size);
}
auto is_intact(block const& of, std::size_t size) -> bool {
  for (std::size_t i = 0; i < size; ++i) {
    if (of.data[i] != of.mark) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("random use of a slab agrees with a model") {
  for (std::size_t const slot_size : {16U, 64U, 96U, 128U}) {
    CAPTURE(slot_size);
    demo::slab slab{slot_size};
    std::vector<block> live;
    demo_test::random_source random{slot_size};
    std::size_t peak = 0;
    // Tides: mostly taking, then mostly giving back, so that chunks come and go.
    for (int step = 0; step < 60000; ++step) {
      bool const take = random.below(100) < (step / 10000 % 2 == 0 ? 80U : 20U);
      if (take || live.empty()) {
        block const added{static_cast<std::byte*>(slab.allocate()),
                          static_cast<std::byte>(random.below(256))};
        REQUIRE(added.data != nullptr);
        REQUIRE(reinterpret_cast<std::uintptr_t>(added.data) % 16 == 0);
        paint(added, slot_size);
        live.push_back(added);
      } else {
        auto const i = random.below(live.size());
        REQUIRE(is_intact(live[i], slot_size));
        REQUIRE(slab.deallocate(live[i].data));
        live[i] = live.back();
        live.pop_back();
      }
      peak = std::max(peak, live.size());
      REQUIRE(slab.used_slots() == live.size());
      REQUIRE(slab.peak_slots() == peak);
      REQUIRE(slab.slots() >= live.size());
    }
    for (auto const& each : live) {
      REQUIRE(is_intact(each, slot_size));
      REQUIRE(slab.deallocate(each.data));
    }
    CHECK(slab.used_slots() == 0);
    // One empty chunk is kept in reserve.
    CHECK(slab.slots() == slab.slots_per_chunk());
  }
}

TEST_CASE("a slab refuses an address that is no slot of its own") {
  demo::slab mine{64};
  demo::slab other{64};
  auto* const slot = static_cast<std::byte*>(mine.allocate());
  auto* const stranger = other.allocate();
  CHECK_FALSE(mine.deallocate(stranger));
  CHECK_FALSE(mine.deallocate(slot + 16));
  CHECK_FALSE(mine.deallocate(slot + 64));
  CHECK(mine.used_slots() == 1);
  CHECK(mine.deallocate(slot));
  CHECK(other.deallocate(stranger));
}

TEST_CASE("a slab that is never emptied gives everything back when it ends") {
  // The leak checker and the address sanitizer judge this one.
  demo::slab slab{128};
  for (int i = 0; i < 3000; ++i) CHECK(slab.allocate() != nullptr);
}

TEST_CASE("a fixed slab hands out each slot once and then none") {
  demo::fixed_slab slab{100, 50};
  CHECK(slab.slot_size() == 128);
  CHECK(slab.slots() == 50);
  std::set<void*> seen;
  for (int i = 0; i < 50; ++i) {
    auto* const slot = slab.allocate();
    REQUIRE(slot != nullptr);
    CHECK(seen.insert(slot).second);
    std::memset(slot, 0xa5, slab.slot_size());
  }
  CHECK(slab.allocate() == nullptr);
  CHECK(slab.used_slots() == 50);
  slab.deallocate(*seen.begin());
  CHECK(slab.allocate() == *seen.begin());
  for (auto* const slot : seen) slab.deallocate(slot);
  CHECK(slab.used_slots() == 0);
  CHECK(slab.peak_slots() == 50);
}

TEST_CASE("a slab's ranges hold every slot, and no chunk twice") {
  demo::slab slab{64};
  std::vector<void*> slots;
  for (int i = 0; i < 3000; ++i) slots.push_back(slab.allocate());
  std::vector<memscape::address_range> ranges;
  auto const list = [&] {
    ranges.clear();
    slab.ranges([&](memscape::address_range range) { ranges.push_back(range); });
  };
  list();
  CHECK(ranges.size() * slab.slots_per_chunk() == slab.slots());
  for (auto* const slot : slots) {
    int holders = 0;
    for (auto const& range : ranges) {
      auto const* const begin = static_cast<std::byte const*>(range.begin);
      auto const* const at = static_cast<std::byte const*>(slot);
      if (at >= begin && at + 64 <= begin + range.size) ++holders;
    }
    CHECK(holders == 1);
  }
  for (auto* const slot : slots) CHECK(slab.deallocate(slot));
  list();
  CHECK_MESSAGE(ranges.size() == 1, "the spare chunk is the slab's too");
}
