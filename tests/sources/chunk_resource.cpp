// SPDX-License-Identifier: MIT
#include <memscape/sources/chunk_resource.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <memory_resource>
#include <memscape/core/address_range.hpp>
#include <memscape/core/concepts.hpp>
#include <memscape/sources/pmr.hpp>
#include <new>
#include <vector>

#include "sources/crew.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::chunk_resource;
using memscape::chunked_source;
using memscape::count;
using memscape::counting_resource;
using memscape::usage;

static_assert(memscape::allocator_source<chunked_source<256>>);
static_assert(memscape::owns_ranges<chunked_source<256>>);

template <class Source>
auto size_of_ranges(Source const& source) -> bytes {
  bytes sum{};
  source.ranges([&](address_range one) noexcept { sum += bytes{one.size}; });
  return sum;
}

template <class Source>
auto covers(Source const& source, void const* block, std::size_t size) -> bool {
  bool found = false;
  source.ranges([&](address_range one) noexcept {
    auto const* const begin = static_cast<char const*>(one.begin);
    auto const* const at = static_cast<char const*>(block);
    found = found || (begin <= at && at + size <= begin + one.size);
  });
  return found;
}

TEST_CASE("chunk_resource: every block of a pool lies in its ranges, and committed is their size") {
  chunk_resource chunks{std::pmr::new_delete_resource()};
  {
    std::pmr::unsynchronized_pool_resource pool{&chunks};
    counting_resource documents{&pool};
    chunked_source const source{&documents, &chunks};
    for (std::size_t const size : {8U, 24U, 100U, 4000U, 70'000U, 3'000'000U}) {
      for (int i = 0; i < 10; ++i) {
        // libstdc++ aligns a block of 24 bytes to 8, and not to the 16 that it asks for by default.
        auto* const block = documents.allocate(size, 8);
        CHECK(covers(source, block, size));
        if (i % 2 == 0) documents.deallocate(block, size, 8);
      }
    }
    auto const now = source.sample();
    CHECK(now.used == bytes{5 * (8 + 24 + 100 + 4000 + 70'000 + 3'000'000)});
    CHECK(now.objects == count{30});
    REQUIRE(now.committed);
    CHECK(*now.committed >= now.used);
    CHECK(*now.committed == size_of_ranges(source));
    CHECK(chunks.unlisted() == bytes{});
  }
  CHECK(chunks.sample().used == bytes{});
  CHECK(size_of_ranges(chunks) == bytes{});
}

TEST_CASE("chunk_resource: what finds no place is counted, and told apart") {
  chunk_resource<1> chunks{std::pmr::new_delete_resource()};
  auto* const first = chunks.allocate(100);
  auto* const second = chunks.allocate(50);
  CHECK(chunks.sample() == usage{.used = bytes{150}, .peak = bytes{150}, .objects = count{2}});
  CHECK(size_of_ranges(chunks) == bytes{100});
  CHECK(chunks.unlisted() == bytes{50});
  chunks.deallocate(first, 100);
  CHECK(size_of_ranges(chunks) == bytes{});
  CHECK(chunks.unlisted() == bytes{50});
  chunks.deallocate(second, 50);
  CHECK(chunks.unlisted() == bytes{});
  CHECK(chunks.sample().used == bytes{});
}

TEST_CASE("chunk_resource: stands on the default resource, and is equal to itself alone") {
  chunk_resource<4> const chunks;
  chunk_resource<4> const other;
  CHECK(chunks.upstream() == std::pmr::get_default_resource());
  CHECK(chunks.is_equal(chunks));
  CHECK_FALSE(chunks.is_equal(other));
}

#ifdef __cpp_exceptions
TEST_CASE("chunk_resource: what the upstream did not give is neither counted nor listed") {
  chunk_resource<1> chunks{std::pmr::null_memory_resource()};
  CHECK_THROWS_AS(static_cast<void>(chunks.allocate(100)), std::bad_alloc);
  CHECK(chunks.sample() == usage{.used = bytes{0}, .peak = bytes{0}, .objects = count{0}});
  CHECK(size_of_ranges(chunks) == bytes{});
  CHECK(chunks.unlisted() == bytes{});
}
#endif

TEST_CASE("chunk_resource: threads share a pool above it while another reads the ranges") {
  chunk_resource chunks{std::pmr::new_delete_resource()};
  {
    std::pmr::synchronized_pool_resource pool{&chunks};
    bool sound = true;
    test_support::while_working<4>(
        [&](std::size_t thread) {
          std::pmr::vector<std::pmr::vector<char>> list{&pool};
          for (std::size_t i = 0; i < 300; ++i) list.emplace_back(i * (thread + 1), 'x');
        },
        [&] {
          chunks.ranges([&](address_range one) noexcept {
            sound = sound && one.begin != nullptr && one.size != 0;
          });
        });
    CHECK(sound);
    CHECK(size_of_ranges(chunks) + chunks.unlisted() == chunks.sample().used);
  }
  CHECK(size_of_ranges(chunks) == bytes{});
  CHECK(chunks.unlisted() == bytes{});
}

}  // namespace
