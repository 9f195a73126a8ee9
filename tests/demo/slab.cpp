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
    demo::slab_family family{slot_size};
    demo::slab slab{family};
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
      REQUIRE(family.used_slots() == live.size());
      REQUIRE(family.peak_slots() == peak);
      REQUIRE(family.slots() >= live.size());
    }
    for (auto const& each : live) {
      REQUIRE(is_intact(each, slot_size));
      REQUIRE(slab.deallocate(each.data));
    }
    CHECK(family.used_slots() == 0);
    // One empty chunk is kept in reserve.
    CHECK(family.slots() == family.slots_per_chunk());
  }
}

TEST_CASE("a slab refuses an address that is no slot of its own") {
  demo::slab_family family{64};
  demo::slab mine{family};
  demo::slab other{family};
  auto* const slot = static_cast<std::byte*>(mine.allocate());
  auto* const stranger = other.allocate();
  CHECK_FALSE(mine.deallocate(stranger));
  CHECK_FALSE(mine.deallocate(slot + 16));
  CHECK_FALSE(mine.deallocate(slot + 64));
  CHECK(family.used_slots() == 2);
  CHECK(mine.deallocate(slot));
  CHECK(other.deallocate(stranger));
}

TEST_CASE("a slab that is never emptied gives everything back when it ends") {
  // The leak checker and the address sanitizer judge this one.
  demo::slab_family family{128};
  demo::slab slab{family};
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
  demo::slab_family family{64};
  demo::slab slab{family};
  std::vector<void*> slots;
  for (int i = 0; i < 3000; ++i) slots.push_back(slab.allocate());
  std::vector<memscape::address_range> ranges;
  auto const list = [&] {
    ranges.clear();
    family.ranges([&](memscape::address_range range) { ranges.push_back(range); });
  };
  list();
  CHECK(ranges.size() * family.slots_per_chunk() == family.slots());
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

TEST_CASE(
    "slabs of a family are counted together, and one that is released takes nothing of the "
    "others") {
  demo::slab_family family{64};
  demo::slab gone{family};
  demo::slab stays{family};
  std::vector<std::byte*> kept;
  for (int i = 0; i < 3000; ++i) {
    CHECK(gone.allocate() != nullptr);
    kept.push_back(static_cast<std::byte*>(stays.allocate()));
    paint({kept.back(), std::byte{0x5a}}, 64);
  }
  auto const of_one = family.slots() / 2;
  CHECK(family.used_slots() == 6000);
  // A chunk at a time, and in the middle of its use.
  CHECK_FALSE(gone.release(1));
  CHECK(family.slots() == 2 * of_one - family.slots_per_chunk());
  CHECK(gone.release(SIZE_MAX));
  CHECK(family.used_slots() == 3000);
  CHECK(family.peak_slots() == 6000);
  CHECK(family.slots() == of_one);
  std::size_t size = 0;
  family.ranges([&](memscape::address_range range) { size += range.size; });
  CHECK(size == of_one / family.slots_per_chunk() * demo::slab::chunk_size);
  for (auto* const each : kept) CHECK(is_intact({each, std::byte{0x5a}}, 64));
  CHECK(gone.release(0));
  CHECK(gone.allocate() != nullptr);
  CHECK(family.used_slots() == 3001);
}
