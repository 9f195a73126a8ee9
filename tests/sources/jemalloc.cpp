// SPDX-License-Identifier: MIT
#include <memscape/sources/jemalloc.hpp>

#include <cerrno>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::jemalloc_source;
using memscape::usage;

static_assert(memscape::allocator_source<jemalloc_source>);

std::string_view refused;  // the name that the fake does not know
std::size_t epochs = 0;
bool narrow = false;

auto answer(void* old, std::size_t* size, std::uint64_t value) -> int {
  if (narrow) *size = 4;
  std::memcpy(old, &value, *size);
  return 0;
}

// As jemalloc.h declares it with g++: not noexcept.
auto fake(char const* name, void* old, std::size_t* size, void* fresh, std::size_t) -> int {
  std::string_view const asked{name};
  if (asked == refused || refused == "all") return ENOENT;
  if (asked == "epoch") return fresh != nullptr ? static_cast<int>(++epochs * 0) : EPERM;
  if (asked == "stats.allocated") return answer(old, size, 1000);
  if (asked == "stats.resident") return answer(old, size, 5000);
  if (asked == "stats.retained") return answer(old, size, 300);
  if (asked == "thread.allocated") return answer(old, size, 77);
  return ENOENT;
}

TEST_CASE("jemalloc: allocated is used, resident is committed, and retained is reserved besides") {
  refused = {};
  narrow = false;
  jemalloc_source const source{&fake};
  auto const before = epochs;
  auto const told = source.figures();
  CHECK(epochs == before + 1);
  CHECK(told.used == bytes{1000});
  CHECK(told.committed == bytes{5000});
  CHECK(told.own_resident == bytes{5000});
  CHECK(told.reserved == bytes{5300});
  CHECK(source.sample() == usage{.used = bytes{1000}, .committed = bytes{5000}});
  CHECK(source.is_available());
  CHECK_FALSE_MESSAGE(source.is_malloc(), "a block does not raise its count");
}

TEST_CASE("jemalloc: what it refuses is absent, alone") {
  narrow = false;
  jemalloc_source const source{&fake};
  refused = "stats.retained";
  CHECK(source.is_available());
  CHECK_FALSE(source.figures().reserved);
  refused = "stats.resident";
  CHECK(source.is_available());
  CHECK_FALSE(source.figures().committed);
  CHECK_FALSE(source.figures().reserved);
  for (auto const name : {"stats.allocated", "epoch", "all"}) {
    refused = name;
    CHECK_FALSE(source.is_available());
    CHECK(source.sample().used == bytes{});
  }
  CHECK_FALSE(source.figures().committed);
  CHECK_FALSE(source.is_malloc());
}

TEST_CASE("jemalloc: a number of another width is no answer") {
  refused = {};
  narrow = true;
  jemalloc_source const source{&fake};
  CHECK_FALSE(source.is_available());
  CHECK_FALSE(source.figures().committed);
}

TEST_CASE("jemalloc: none is no figures") {
  jemalloc_source const source{nullptr};
  CHECK_FALSE(source.is_available());
  CHECK_FALSE(source.is_malloc());
  CHECK(source.sample() == usage{.used = bytes{}});
}

}  // namespace
