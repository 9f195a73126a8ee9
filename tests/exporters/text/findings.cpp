// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/findings.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/exporters/writer.hpp>
#include <optional>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using memscape::doctor_thresholds;
using memscape::grown_part;
using memscape::ledger_growth;
using memscape::text_findings;
using memscape::text_options;
using test_support::group_first;
using test_support::hostile;

constexpr bytes mebibyte{1U << 20U};

template <class Layout>
auto findings(memscape::ledger<Layout> const& of, text_options const& how = {},
              doctor_thresholds const& when = {}, std::optional<ledger_growth> const& grew = {})
    -> std::string {
  std::array<char, text_findings::max_size<Layout>> room{};
  memscape::writer to{room};
  memscape::text_lines<memscape::writer> lines{to, how};
  text_findings::put(lines, of, when, grew);
  REQUIRE(to.complete());
  return std::string{to.text()};
}

auto example() -> memscape::ledger<group_first> {
  memscape::ledger<group_first> of;
  of.rss = mebibyte * 200;
  of.lazy_free = mebibyte * 40;
  auto& source = of.sources[group_first::index_of("lval")];
  source.worth = memscape::quality::exact;
  source.said.used = mebibyte * 6;
  source.resident = mebibyte * 24;
  source.swapped = mebibyte * 8;
  return of;
}

constexpr ledger_growth much{.rss = mebibyte * 300,
                             .unowned = mebibyte * 290,
                             .span_ms = 8'040'000,
                             .most = cause::malloc_heap,
                             .most_by = mebibyte * 280};

TEST_CASE("text_findings: a sentence each, and what somebody should look at differs in its mark") {
  CHECK(findings(memscape::ledger<group_first>{}).empty());
  CHECK(findings(example(), {}, {}, much) ==
        "! RSS has grown by 300 MiB in 2 h 14 min, and 290 MiB of that is no subsystem's.\n"
        "  Most of it: malloc.heap, 280 MiB more.\n"
        "- 40.0 MiB of 200 MiB. Freed with MADV_FREE: it counts as resident until the\n"
        "  kernel needs it. No leak.\n"
        "- LVAL: 18.0 MiB of 24.0 MiB. In RAM and not handed out: fragmentation, or\n"
        "  memory kept for later. madvise(2) returns it.\n"
        "! LVAL: 8.00 MiB of 32.0 MiB. In swap: touching it waits for the disk.\n");
}

TEST_CASE("text_findings: in the columns that there are") {
  CHECK(findings(example(), {.columns = 40}) ==
        "- 40.0 MiB of 200 MiB. Freed with\n"
        "  MADV_FREE: it counts as resident until\n"
        "  the kernel needs it. No leak.\n"
        "- LVAL: 18.0 MiB of 24.0 MiB. In RAM and\n"
        "  not handed out: fragmentation, or\n"
        "  memory kept for later. madvise(2)\n"
        "  returns it.\n"
        "! LVAL: 8.00 MiB of 32.0 MiB. In swap:\n"
        "  touching it waits for the disk.\n");
  auto grew = much;
  grew.part = grown_part{.name = clipped_name<96>{std::string(96, 'x')}, .by = mebibyte};
  for (std::size_t const columns : {0U, 20U, 33U, 80U}) {
    std::size_t line = 0;
    for (char const c : findings(example(), {.columns = columns}, {}, grew)) {
      line = c == '\n' ? 0 : line + 1;
      CHECK(line <= (columns < 20 ? 20 : columns));
    }
  }
}

TEST_CASE("text_findings: with colours, what warns is yellow") {
  auto const text = findings(example(), {.columns = 1000, .colour = true});
  CHECK(text.starts_with("- 40.0 MiB of 200 MiB. Freed"));
  CHECK(text.find("\x1b[33m!\x1b[0m \x1b[33mLVAL:\x1b[0m") != std::string::npos);
}

// All that can be found, in the longest words.
template <class Layout>
void check_size() {
  memscape::ledger<Layout> of;
  of.rss = of.unexplained = of.lazy_free = of.huge = bytes{1023U << 20U};
  of.arena_heaps = memscape::count::max();
  of.causes.fill({bytes{1023U << 20U}, bytes{1023U << 20U}});
  of.malloc = memscape::malloc_account{.free = bytes{1023U << 20U}};
  for (auto& source : of.sources) {
    source.worth = memscape::quality::exact;
    source.resident = source.claimed = bytes{1023U << 20U};
    source.swapped = source.resident;
    source.unmapped = bytes{1023U << 20U};
  }
  ledger_growth grew{
      .rss = bytes::max(), .unowned = bytes::max(), .span_ms = 0, .most_by = bytes::max()};
  grew.span_ms = std::numeric_limits<std::uint64_t>::max();
  doctor_thresholds any;
  for (auto* limit :
       {&any.lazily_freed, &any.malloc_free, &any.huge_pages, &any.many_arenas, &any.thread_stacks,
        &any.resident_but_free, &any.claims_too_much, &any.swapped_out, &any.unexplained}) {
    *limit = {bytes{1}, 0};
  }
  std::size_t longest = 0;
  for (char const c : {'\1', '\xFF', 'a'}) {
    grew.part = grown_part{.name = clipped_name<96>{std::string(97, c)}, .by = bytes::max()};
    for (std::size_t i = 0; i < memscape::cause_count; ++i) {
      grew.most = static_cast<cause>(i);
      for (std::size_t const columns : {0U, 23U, 50U, 1'000'000U}) {
        for (bool const unicode : {false, true}) {
          auto const text = findings(of, {columns, unicode, true}, any, grew);
          longest = std::max(longest, text.size());
        }
      }
    }
  }
  // More than half of it is needed: words are long, and lines are not.
  CHECK(longest * 2 > text_findings::max_size<Layout>);
}

TEST_CASE("text_findings: everything at once fits") {
  check_size<group_first>();
  check_size<hostile>();
}

}  // namespace
