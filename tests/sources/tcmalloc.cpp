// SPDX-License-Identifier: MIT
#include <memscape/sources/tcmalloc.hpp>

#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::tcmalloc_source;

static_assert(memscape::allocator_source<tcmalloc_source>);

bool is_old = false;

// As malloc_extension_c.h declares it: not noexcept.
auto fake(char const* name, std::size_t* value) -> int {
  std::string_view const asked{name};
  if (asked == "generic.current_allocated_bytes") return static_cast<int>((*value = 1000) != 0);
  if (asked == "generic.heap_size") return static_cast<int>((*value = 9000) != 0);
  if (asked == "generic.total_physical_bytes" && !is_old)
    return static_cast<int>((*value = 5000) != 0);
  if (asked == "tcmalloc.pageheap_unmapped_bytes") return static_cast<int>((*value = 2000) != 0);
  *value = 12345;
  return 0;
}
auto refuses(char const*, std::size_t* value) noexcept -> int {
  *value = 12345;
  return 0;
}
auto owned(void const*) noexcept -> int { return 1; }
auto foreign(void const*) noexcept -> int { return 2; }

TEST_CASE("tcmalloc: its properties, each under our word") {
  is_old = false;
  auto const told = tcmalloc_source{&fake}.figures();
  CHECK(told.used == bytes{1000});
  CHECK(told.reserved == bytes{7000});
  CHECK(told.committed == bytes{5000});
  CHECK(told.own_resident == bytes{5000});
  CHECK(tcmalloc_source{&fake}.is_available());
}

TEST_CASE("tcmalloc: without its own sum, committed is the heap minus what was released") {
  is_old = true;
  auto const told = tcmalloc_source{&fake}.figures();
  CHECK(told.committed == bytes{7000});
  CHECK(told.reserved == bytes{9000});
  CHECK_FALSE(told.own_resident);
}

TEST_CASE("tcmalloc: what it does not know is absent, and so is one that is not there") {
  for (auto const source : {tcmalloc_source{&refuses}, tcmalloc_source{nullptr}}) {
    auto const told = source.figures();
    CHECK_FALSE(told.used);
    CHECK_FALSE(told.reserved);
    CHECK_FALSE(told.committed);
    CHECK_FALSE(source.is_available());
    CHECK_FALSE(source.is_malloc());
    CHECK(source.sample() == memscape::usage{.used = bytes{}});
  }
}

TEST_CASE("tcmalloc: malloc is its own where it owns a block from there") {
  CHECK(tcmalloc_source{&fake, &owned}.is_malloc());
  CHECK_FALSE(tcmalloc_source{&fake, &foreign}.is_malloc());
}

}  // namespace
