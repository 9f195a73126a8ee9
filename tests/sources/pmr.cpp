// SPDX-License-Identifier: MIT
#include <memscape/sources/pmr.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memory_resource>
#include <memscape/core/concepts.hpp>
#include <new>
#include <utility>
#include <vector>

#include "sources/crew.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::counting_resource;
using memscape::usage;

// Passes on to the heap, and remembers what it was asked for.
class watched_upstream final : public std::pmr::memory_resource {
 public:
  std::size_t last_size = 0;
  std::size_t last_alignment = 0;
  int live = 0;

 private:
  auto do_allocate(std::size_t size, std::size_t alignment) -> void* override {
    last_size = size;
    last_alignment = alignment;
    ++live;
    return std::pmr::new_delete_resource()->allocate(size, alignment);
  }
  void do_deallocate(void* block, std::size_t size, std::size_t alignment) override {
    last_size = size;
    last_alignment = alignment;
    --live;
    std::pmr::new_delete_resource()->deallocate(block, size, alignment);
  }
  [[nodiscard]] auto do_is_equal(std::pmr::memory_resource const& other) const noexcept
      -> bool override {
    return this == &other;
  }
};

TEST_CASE("pmr: counts what passes through: used, peak and objects") {
  counting_resource heap{std::pmr::new_delete_resource()};
  CHECK(heap.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
  auto* const first = heap.allocate(100, 8);
  auto* const second = heap.allocate(28, 64);
  CHECK(heap.sample() == usage{.used = bytes{128}, .peak = bytes{128}, .objects = count{2}});
  heap.deallocate(first, 100, 8);
  CHECK(heap.source().sample() ==
        usage{.used = bytes{28}, .peak = bytes{128}, .objects = count{1}});
  heap.deallocate(second, 28, 64);
  CHECK(heap.sample() == usage{.used = bytes{0}, .peak = bytes{128}, .objects = count{0}});
}

TEST_CASE("pmr: asks its upstream for the same size and alignment, both ways") {
  watched_upstream upstream;
  counting_resource heap{&upstream};
  CHECK(heap.upstream() == &upstream);
  auto* const block = heap.allocate(100, 64);
  CHECK(upstream.last_size == 100);
  CHECK(upstream.last_alignment == 64);
  CHECK(reinterpret_cast<std::uintptr_t>(block) % 64 == 0);
  upstream.last_size = 0;
  upstream.last_alignment = 0;
  heap.deallocate(block, 100, 64);
  CHECK(upstream.last_size == 100);
  CHECK(upstream.last_alignment == 64);
  CHECK(upstream.live == 0);
}

TEST_CASE("pmr: without an upstream it stands on the default resource") {
  CHECK(counting_resource{}.upstream() == std::pmr::get_default_resource());
  watched_upstream upstream;
  auto* const before = std::pmr::set_default_resource(&upstream);
  CHECK(counting_resource{}.upstream() == &upstream);
  std::pmr::set_default_resource(before);
}

TEST_CASE("pmr: containers count in it, and give all of it back") {
  counting_resource heap;
  {
    std::pmr::vector<std::uint64_t> list{&heap};
    list.reserve(100);
    CHECK(heap.sample().used == bytes{800});
    std::pmr::vector<std::pmr::vector<char>> nested{&heap};
    nested.emplace_back(50U);
    CHECK(heap.sample().used.value() >= 850);
    CHECK(heap.sample().objects == count{3});
  }
  CHECK(heap.sample().used == bytes{0});
  CHECK(heap.sample().objects == count{0});
}

TEST_CASE("pmr: is equal to itself alone, because two counters are two accounts") {
  counting_resource heap;
  counting_resource const other{heap.upstream()};
  CHECK(heap.is_equal(heap));
  CHECK_FALSE(heap.is_equal(other));
  CHECK_FALSE(heap.is_equal(*heap.upstream()));

  // So a container moved between the two copies, and each account stays right.
  counting_resource target{heap.upstream()};
  std::pmr::vector<int> from{{1, 2, 3}, &heap};
  std::pmr::vector<int> to{&target};
  to = std::move(from);
  CHECK(target.sample().used.value() >= 3 * sizeof(int));
}

#ifdef __cpp_exceptions
TEST_CASE("pmr: what the upstream did not give is not counted") {
  counting_resource heap{std::pmr::null_memory_resource()};
  for (int i = 0; i < 3; ++i)
    CHECK_THROWS_AS(static_cast<void>(heap.allocate(100)), std::bad_alloc);
  CHECK(heap.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
}
#endif

TEST_CASE("pmr: four threads allocate while a fifth samples") {
  constexpr int rounds = 3000;
  counting_resource heap{std::pmr::new_delete_resource()};
  bool bounded = true;
  test_support::while_working<4>(
      [&](std::size_t thread) {
        for (int i = 0; i < rounds; ++i) {
          auto const size = 16 * (thread + 1);
          auto* const block = static_cast<unsigned char*>(heap.allocate(size));
          block[0] = 1;  // the block is this thread's alone
          heap.deallocate(block, size);
        }
      },
      [&] {
        auto const now = heap.source().sample();
        bounded = bounded && now.used <= bytes{16 + 32 + 48 + 64} && *now.objects <= count{4} &&
                  *now.peak <= bytes{16 + 32 + 48 + 64};
      });
  CHECK(bounded);
  CHECK(heap.sample().used == bytes{0});
  CHECK(heap.sample().objects == count{0});
  CHECK(heap.sample().peak->value() >= 64);
}

}  // namespace
