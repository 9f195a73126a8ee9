// SPDX-License-Identifier: MIT
#include <memscape/ledger/linux/page_window.hpp>

#include <doctest/doctest.h>

#include "ledger/support.hpp"

namespace {

using memscape::mapping;
using memscape::mapping_kind;
using memscape::page_method;
using memscape::page_run;
using memscape::page_window;
using test_support::one_page;
using test_support::region;

auto map_of(region const& memory) -> mapping {
  mapping map{.begin = memory.address(), .end = memory.address() + memory.size()};
  map.writable = true;
  return map;
}

TEST_CASE("page_window: parts of what was learned add up to what was written, by every method") {
  region const memory{100};
  memory.write(3, 10);
  memory.write(40, 70);
  auto const map = map_of(memory);
  for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
    memscape::page_states pages;
    pages.open(method);
    page_window window;
    window.restart();
    std::uint64_t sum = 0;
    // Parts that end in the midst of a run.
    for (auto at = map.begin; at < map.end;) {
      auto const to = std::min<std::uint64_t>(map.end, at + 7 * one_page);
      auto const known = window.learn(pages, map, pages.method() != page_method::scan, at, to);
      REQUIRE(known > at);
      window.each(at, known, [&](page_run const& run) noexcept {
        CHECK((run.begin >= at && run.end <= known));
        sum += run.end - run.begin;
      });
      at = known;
    }
    CHECK(sum == 37 * one_page);
    CHECK(window.failed() == 0);
  }
}

TEST_CASE(
    "page_window: what cannot be read is counted and holds nothing; of a file mincore leaves the "
    "mapping's count") {
  region const memory{4};
  auto map = map_of(memory);
  memscape::page_states pages;
  pages.open(page_method::mincore);
  pages.close();
  page_window window;
  window.restart();
  CHECK(window.learn(pages, map, true, map.begin, map.end) == map.end);
  CHECK(window.failed() == 1);
  pages.open(page_method::mincore);
  map.kind = mapping_kind::file;
  window.restart();
  std::uint64_t sum = 0;
  CHECK(window.learn(pages, map, true, map.begin, map.end) == map.end);
  window.each(map.begin, map.end,
              [&](page_run const& run) noexcept { sum += run.end - run.begin; });
  CHECK(sum == memory.size());
  CHECK(window.failed() == 0);
}

}  // namespace
