// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/linux/page_run.hpp>

namespace {

using memscape::page_run;
using memscape::page_runs;

static_assert(sizeof(page_run) == 24, "the kernel writes into it");

TEST_CASE("page_run: reads its categories") {
  page_run const run{0, 1, page_run::present | page_run::in_huge};
  CHECK(run.resident());
  CHECK(run.huge());
  CHECK_FALSE(run.swapped());
  CHECK_FALSE(run.of_file());
  page_run const other{0, 1, page_run::swap | page_run::file};
  CHECK(other.swapped());
  CHECK(other.of_file());
  CHECK_FALSE(other.resident());
}

TEST_CASE("page_run: neighbours in one state are one run, and a full list takes no other") {
  page_runs runs;
  CHECK(runs.add(0, 1, 8));
  CHECK(runs.add(1, 2, 8));
  CHECK(runs.size == 1);
  CHECK(runs.add(2, 3, 16));
  CHECK(runs.add(4, 5, 16));
  CHECK(runs.size == 3);
  for (std::uint64_t at = 10; runs.size < page_runs::capacity; at += 2)
    CHECK(runs.add(at, at + 1, 8));
  CHECK(runs.full());
  CHECK_FALSE(runs.add(9000, 9001, 8));
  auto const& last = runs.runs[page_runs::capacity - 1];
  CHECK(runs.add(last.end, last.end + 1, 8));
}

}  // namespace
