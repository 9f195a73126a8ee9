// SPDX-License-Identifier: MIT
#include <memscape/sources/mimalloc.hpp>

#include <cstddef>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::bytes;
using memscape::mimalloc_source;

static_assert(memscape::allocator_source<mimalloc_source>);

std::size_t commit = 0;

void fake(std::size_t* elapsed, std::size_t* user, std::size_t* system, std::size_t* rss,
          std::size_t* peak_rss, std::size_t* current, std::size_t* peak,
          std::size_t* faults) noexcept {
  *elapsed = *user = *system = *faults = 3;
  *rss = *peak_rss = std::size_t{4910} << 20U;
  *current = commit;
  *peak = commit * 2;
}
auto inside(void const*) noexcept -> bool { return true; }

TEST_CASE("mimalloc: commit is committed, its resident is left out, and used is not told") {
  commit = 4096;
  auto const told = mimalloc_source{&fake}.figures();
  CHECK(told.committed == bytes{4096});
  CHECK_FALSE(told.own_resident);
  CHECK_FALSE(told.used);
  CHECK_FALSE(mimalloc_source{&fake}.is_available());
  CHECK(mimalloc_source{&fake}.sample() ==
        memscape::usage{.used = bytes{}, .committed = bytes{4096}});
}

TEST_CASE("mimalloc: a count that wrapped below zero, or was not kept, is absent") {
  for (auto const wrong :
       {std::size_t{0}, std::size_t{0} - 4096, static_cast<std::size_t>(PTRDIFF_MAX) + 1}) {
    commit = wrong;
    CHECK_FALSE(mimalloc_source{&fake}.figures().committed);
  }
}

TEST_CASE("mimalloc: none is no figures") {
  mimalloc_source const source{nullptr};
  CHECK_FALSE(source.figures().committed);
  CHECK_FALSE(source.is_malloc());
  CHECK(mimalloc_source{&fake, &inside}.is_malloc());
}

}  // namespace
