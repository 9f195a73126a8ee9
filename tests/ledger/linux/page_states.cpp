// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/page_states.hpp>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::page_method;
using memscape::page_runs;
using memscape::page_states;
using test_support::one_page;
using test_support::region;

struct sums {
  std::uint64_t resident = 0;
  std::uint64_t runs = 0;
};

auto read_all(page_states& pages, region const& of) -> sums {
  sums found;
  page_runs runs;
  for (auto at = of.address(); at < of.address(of.pages());) {
    auto const next = pages.read(at, of.address(of.pages()), runs);
    REQUIRE(next > at);
    for (auto const& run : runs) {
      CHECK(run.begin >= at);
      CHECK(run.end <= next);
      if (run.resident()) found.resident += run.end - run.begin;
      ++found.runs;
    }
    at = next;
  }
  return found;
}

TEST_CASE("page_states: pages that were written to, by every method") {
  region const memory{5000};
  memory.write(10, 20);
  memory.write(30, 31);
  memory.write(4000, 5000);
  for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
    page_states pages;
    pages.open(method);
    if (pages.method() != method) continue;
    CHECK(read_all(pages, memory).resident == 1011 * one_page);
  }
}

TEST_CASE("page_states: more runs than one call holds") {
  region const memory{2000};
  for (std::size_t i = 0; i < 2000; i += 2) memory.write(i, i + 1);
  for (auto const method : {page_method::scan, page_method::pagemap, page_method::mincore}) {
    page_states pages;
    pages.open(method);
    auto const found = read_all(pages, memory);
    CHECK(found.resident == 1000 * one_page);
    CHECK(found.runs == 1000);
  }
}

TEST_CASE("page_states: scan tells the zero page apart, and memory that was given back") {
  page_states pages;
  pages.open();
  if (pages.method() != page_method::scan) {
    MESSAGE("skipped: no PAGEMAP_SCAN here");
    return;
  }
  region const memory{1000};
  memory.read(0, 1000);
  auto const only_read = test_support::reading_takes_memory() ? one_page : 0;
  CHECK(read_all(pages, memory).resident == 1000 * only_read);
  memory.write(0, 500);
  CHECK(read_all(pages, memory).resident == 500 * one_page + 500 * only_read);
  ::madvise(memory.at(0), 100 * one_page, MADV_DONTNEED);
  CHECK(read_all(pages, memory).resident == 400 * one_page + 500 * only_read);
}

TEST_CASE("page_states: a call ends after 8 MiB in RAM") {
  page_states pages;
  pages.open();
  if (pages.method() != page_method::scan) return;
  region const memory{10'000};
  memory.write();
  page_runs runs;
  CHECK(pages.read(memory.address(), memory.address(10'000), runs) == memory.address(2048));
}

TEST_CASE("page_states: a scan tells shared pages only where it is asked to") {
  page_states pages;
  pages.open();
  if (pages.method() != page_method::scan) {
    MESSAGE("skipped: no PAGEMAP_SCAN here");
    return;
  }
  region const memory{100, MAP_SHARED | MAP_ANONYMOUS};
  memory.write(10, 20);
  for (bool const tell_files : {true, false}) {
    page_runs runs;
    CHECK(pages.read(memory.address(), memory.address(100), runs, tell_files) ==
          memory.address(100));
    REQUIRE(runs.size == 1);
    CHECK(runs.runs[0].begin == memory.address(10));
    CHECK(runs.runs[0].end == memory.address(20));
    CHECK(runs.runs[0].of_file() == tell_files);
  }
}

TEST_CASE("page_states: closed it knows nothing, and mincore fails where nothing is mapped") {
  page_states pages;
  page_runs runs;
  std::uint64_t gone = 0;
  {
    region const memory{10};
    gone = memory.address();
    CHECK(pages.method() == page_method::none);
    CHECK(pages.read(gone, gone + one_page, runs) == 0);
  }
  pages.open(page_method::mincore);
  CHECK(pages.read(gone, gone + one_page, runs) == 0);
  CHECK(runs.size == 0);
}

TEST_CASE("page_states: what is denied leaves a worse method, or none, and says why") {
  struct {
    std::vector<long> calls;
    page_method left;
  } const rows[] = {
      {{SYS_ioctl}, page_method::pagemap},
      {{SYS_ioctl, SYS_pread64}, page_method::mincore},
      {{SYS_ioctl, SYS_pread64, SYS_mincore}, page_method::none},
  };
  for (auto const& row : rows) {
    struct seen {
      bool filtered;
      page_method method;
      int why;
      int failure;
      bool lost_under_way;
    };
    auto const facts = test_support::in_child([&]() -> seen {
      region const memory{10};
      memory.write();
      page_states under_way;
      under_way.open();
      if (under_way.method() != page_method::scan) return {};
      if (!test_support::deny(row.calls, EPERM)) return {};
      page_states pages;
      pages.open();
      page_runs runs;
      (void)under_way.read(memory.address(), memory.address(10), runs);
      return {true, pages.method(), pages.why(), pages.failure(), under_way.lost()};
    });
    REQUIRE(facts);
    if (!facts->filtered) {
      MESSAGE("skipped: no seccomp filter, or no PAGEMAP_SCAN here");
      return;
    }
    CHECK(facts->method == row.left);
    CHECK(facts->why == EPERM);
    CHECK(facts->lost_under_way);
    if (row.left == page_method::none) CHECK(facts->failure == EPERM);
  }
}

}  // namespace
