// SPDX-License-Identifier: MIT
#include <memscape/sources/slab.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::slab_source;
using memscape::usage;

struct slab {
  std::uint32_t size;
  std::uint64_t places;
  std::uint64_t taken;
  [[nodiscard]] constexpr auto slot_size() const noexcept -> std::uint32_t { return size; }
  [[nodiscard]] constexpr auto slots() const noexcept -> std::uint64_t { return places; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> std::uint64_t { return taken; }
};
struct slab_with_peak : slab {
  std::uint64_t most;
  [[nodiscard]] constexpr auto peak_slots() const noexcept -> std::uint64_t { return most; }
};

static_assert(memscape::allocator_source<slab_source<slab>>);
static_assert(sizeof(slab_source<slab>) == sizeof(void*));

TEST_CASE("slab: a taken slot counts whole, and every slot is committed") {
  constexpr auto test = [] {
    slab const cells{64, 1000, 3};
    return slab_source{&cells}.sample() == usage{.used = bytes{192},
                                                 .committed = bytes{64000},
                                                 .objects = count{3},
                                                 .slot_count = count{1000}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("slab: tells the peak, in bytes, where it is kept") {
  constexpr auto test = [] {
    slab_with_peak const cells{{64, 1000, 3}, 10};
    return slab_source{&cells}.sample().peak == bytes{640};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("slab: a slab of no slots is empty, and not unknown") {
  constexpr auto test = [] {
    slab const cells{64, 0, 0};
    return slab_source{&cells}.sample() == usage{.used = bytes{0},
                                                 .committed = bytes{0},
                                                 .objects = count{0},
                                                 .slot_count = count{0}};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("slab: sizes of 32 bits are multiplied as 64, and stop at the end of those") {
  constexpr auto test = [] {
    slab const large{UINT32_MAX, UINT32_MAX, 2};
    slab const absurd{UINT32_MAX, UINT64_MAX, 2};
    return slab_source{&large}.sample().used == bytes{2 * std::uint64_t{UINT32_MAX}} &&
           slab_source{&large}.sample().committed ==
               bytes{std::uint64_t{UINT32_MAX} * UINT32_MAX} &&
           slab_source{&absurd}.sample().committed == bytes::max();
  };
  static_assert(test());
  CHECK(test());
}

// What a program writes whose headers come behind Qt's.
struct counting_slab : slab {
  [[nodiscard]] constexpr auto slot_count() const noexcept -> std::uint16_t { return 7; }
};
struct slab_behind_qt {
  [[nodiscard]] constexpr auto slot_size() const noexcept -> std::size_t { return 64; }
  [[nodiscard]] constexpr auto slot_count() const noexcept -> std::uint16_t { return 7; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> int { return 3; }
};
struct throwing_slab {
  [[nodiscard]] auto slot_size() const noexcept -> std::size_t;
  [[nodiscard]] auto slot_count() const -> std::size_t;
  [[nodiscard]] auto used_slots() const noexcept -> std::size_t;
};
static_assert(memscape::tells_slab<slab_behind_qt> && !memscape::tells_slab<throwing_slab>);

TEST_CASE("slab: slot_count() serves in place of slots(), and comes before it") {
  constexpr auto test = [] {
    counting_slab const both{{64, 1000, 3}};
    slab_behind_qt const one{};
    return slab_source{&both}.sample().slot_count == count{7} &&
           slab_source{&both}.sample().committed == bytes{7 * 64} &&
           slab_source{&one}.sample() == usage{.used = bytes{192},
                                               .committed = bytes{448},
                                               .objects = count{3},
                                               .slot_count = count{7}};
  };
  static_assert(test());
  CHECK(test());
}

struct size_class {
  [[nodiscard]] constexpr operator std::uint64_t() const noexcept { return 48; }
};
struct signed_slab {
  [[nodiscard]] constexpr auto slot_size() const noexcept -> size_class { return {}; }
  [[nodiscard]] constexpr auto slots() const noexcept -> int { return 4; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> short { return 2; }
  [[nodiscard]] constexpr auto peak_slots() const noexcept -> long long { return 3; }
};

TEST_CASE("slab: numbers may be signed, or of a class that converts to one") {
  constexpr auto test = [] {
    signed_slab const cells{};
    return slab_source{&cells}.sample() == usage{.used = bytes{96},
                                                 .committed = bytes{192},
                                                 .peak = bytes{144},
                                                 .objects = count{2},
                                                 .slot_count = count{4}};
  };
  static_assert(test());
  CHECK(test());
}

struct slab_without_slots {
  [[nodiscard]] auto slot_size() const noexcept -> std::uint64_t;
  [[nodiscard]] auto used_slots() const noexcept -> std::uint64_t;
};
static_assert(memscape::tells_slab<slab> && !memscape::tells_slab<slab_without_slots>);
static_assert(memscape::tells_peak_slots<slab_with_peak> && !memscape::tells_peak_slots<slab>);

struct block_slab {
  char const* begin;
  [[nodiscard]] constexpr auto slot_size() const noexcept -> std::uint64_t { return 16; }
  [[nodiscard]] constexpr auto slots() const noexcept -> std::uint64_t { return 4; }
  [[nodiscard]] constexpr auto used_slots() const noexcept -> std::uint64_t { return 1; }
  [[nodiscard]] constexpr auto data() const noexcept -> char const* { return begin; }
};
struct slab_of_chunks : block_slab {
  template <class Visit>
  constexpr void ranges(Visit visit) const noexcept {
    visit(memscape::address_range{begin, 5});
  }
};

static_assert(memscape::owns_ranges<memscape::slab_source<block_slab>>);

TEST_CASE("slab: a block is the range of its slots; chunks are the ranges that they are") {
  static char const place[64]{};
  block_slab const block{place};
  memscape::slab_source{&block}.ranges([](memscape::address_range range) noexcept {
    CHECK(range == memscape::address_range{place, 64});
  });
  slab_of_chunks const chunks{{place}};
  memscape::slab_source{&chunks}.ranges([](memscape::address_range range) noexcept {
    CHECK(range == memscape::address_range{place, 5});
  });
}

}  // namespace
