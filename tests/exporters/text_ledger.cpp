// SPDX-License-Identifier: MIT
#include <memscape/exporters/text_ledger.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <limits>
#include <memscape/core/extended_memory.hpp>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/json/longest_ledger.hpp>
#include <string>

#include "exporters/trees.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using memscape::text_ledger;
using memscape::text_options;
using test_support::one_leaf;
using ledger = memscape::ledger<one_leaf>;

auto picture(ledger const& of, std::uint64_t age_ms = 0, text_options how = {}) -> std::string {
  std::array<char, text_ledger::max_size<one_leaf>> room{};
  return std::string{text_ledger::write(room, of, age_ms, how)};
}

auto example() -> ledger {
  ledger of;
  of.rss = bytes{100 << 20};
  of.unexplained = bytes{1 << 20};
  of.closure_error = bytes{0};
  of.sources[0].resident = bytes{60 << 20};
  of.sources[0].said.used = bytes{58 << 20};
  of.sources[0].worth = memscape::quality::exact;
  of.causes[static_cast<std::size_t>(cause::malloc_heap)].resident = bytes{9 << 20};
  of.causes[static_cast<std::size_t>(cause::file_text)].resident = bytes{20 << 20};
  of.causes[static_cast<std::size_t>(cause::anon_named)].resident = bytes{10 << 20};
  of.names.add({clipped_name<96>{"my \x1b pool"}, bytes{10 << 20}});
  of.outside_rss.page_tables = bytes{204'800};
  of.outside_rss.swap = bytes{0};
  return of;
}

TEST_CASE("text_ledger: RSS, and all of it by where it is, the largest first") {
  CHECK(picture(example(), 3'999, {.columns = 60}) ==
        "                                    resident     used of RSS\n"
        "Heap            ###########........ 60.0 MiB 58.0 MiB  60.0%\n"
        "file.text       ####............... 20.0 MiB           20.0%\n"
        "anon            ##................. 10.0 MiB           10.0%\n"
        "`- my \\x1b pool ##................. 10.0 MiB           10.0%\n"
        "malloc          ##................. 9.00 MiB            9.0%\n"
        "`- malloc.heap  ##................. 9.00 MiB            9.0%\n"
        "unexplained     #.................. 1.00 MiB            1.0%\n"
        "------------------------------------------------------------\n"
        "RSS 100 MiB 3 s ago, closure error 0 B\n"
        "outside RSS: page tables 200 KiB, swap 0 B\n");
}

TEST_CASE("text_ledger: slots that are taken and hardly touched are as large as what is in RAM") {
  ledger of;
  of.rss = bytes{100 << 20};
  of.unexplained = of.closure_error = bytes{};
  of.sources[0].said.used = bytes{320 << 20};
  of.sources[0].resident = bytes{1 << 20};
  of.sources[0].worth = memscape::quality::exact;
  of.causes[static_cast<std::size_t>(cause::file_text)].resident = bytes{99 << 20};
  auto const text = picture(of, 0, {.columns = 60});
  CHECK(text.find("Heap        #...................... 1.00 MiB  320 MiB   1.0%\n") !=
        std::string::npos);
  CHECK(text.find("ntracked") == std::string::npos);
}

TEST_CASE("text_ledger: what is not known is a dash") {
  CHECK(picture({}, 0, {.columns = 40}) ==
        "              resident     used of sum\n"
        "place unknown        -      0 B      -\n"
        "`- Heap              -      0 B      -\n"
        "unexplained          -               -\n"
        "--------------------------------------\n"
        "RSS - 0 s ago, closure error -\n");
}

TEST_CASE("text_ledger: one that is older than a minute is marked") {
  auto const of = example();
  auto const has = [](std::string const& text, char const* part) {
    return text.find(part) != std::string::npos;
  };
  CHECK(has(picture(of, 60'000), "\nRSS 100 MiB 60 s ago, closure error 0 B\n"));
  CHECK(has(picture(of, 302'400), "\nRSS 100 MiB 302 s ago (stale), closure error 0 B\n"));
  CHECK(has(picture(of, 302'400, {.colour = true}), "\x1b[33m302 s ago (stale),\x1b[0m"));
}

TEST_CASE("text_ledger: of a leaf with its groups the middle is left out where there is no room") {
  using tree = memscape::layout<memscape::group_shape<
      "g", "A heap with a name that is long",
      memscape::group_shape<"h", "and another in it", memscape::leaf_shape<"l", "Blocks">>>>;
  memscape::ledger<tree> of;
  of.sources[2] = {.said = {.used = bytes{7}}, .lies_in = memscape::memory_home::malloc};
  std::array<char, text_ledger::max_size<tree>> room{};
  std::string const text{text_ledger::write(room, of, 0)};
  CHECK(text.find("\n`- A heap with a n~in it / Blocks ") != std::string::npos);
}

TEST_CASE("text_ledger: below the sum stand the process and its limits as of now") {
  memscape::snapshot<one_leaf> now;
  now.process.rss = bytes{101 << 20};
  now.process.errors.add({memscape::read_step::getrusage, 22});
  std::array<char, text_ledger::max_size<one_leaf>> room{};
  std::string const text{text_ledger::write(room, example(), now, 1'000)};
  CHECK(text.find("\nRSS 100 MiB 1 s ago, closure error 0 B\n"
                  "now RSS 101 MiB | peak - | VMS - | faults - minor, - major\n"
                  "- not read: getrusage, code 22\n"
                  "outside RSS: ") != std::string::npos);

  using with_limits = memscape::layout_with<one_leaf, memscape::extended_memory>;
  memscape::snapshot<with_limits> detailed;
  detailed.process.limits.kind = memscape::limit_kind::ram;
  detailed.process.limits.limit = bytes{1 << 30};
  memscape::ledger<with_limits> of;
  std::array<char, text_ledger::max_size<with_limits>> larger{};
  std::string const limits{text_ledger::write(larger, of, detailed, 0)};
  CHECK(limits.find("\nlimit MemTotal 1.00 GiB | ") != std::string::npos);
}

TEST_CASE("text_ledger: what the doctor finds and what has grown, below the rows") {
  auto of = example();
  of.lazy_free = bytes{20 << 20};
  of.sources[0].said.used = {};
  std::array<char, text_ledger::max_size<one_leaf>> room{};
  memscape::ledger_growth const grew{.rss = bytes{40 << 20}, .unowned = bytes{30 << 20}};
  std::string text{text_ledger::write(room, of, 0, {}, {}, grew)};
  CHECK(text.ends_with(
      "outside RSS: page tables 200 KiB, swap 0 B\n"
      "! RSS has grown by 40.0 MiB, and 30.0 MiB of that is no subsystem's.\n"
      "- 20.0 MiB of 100 MiB. Freed with MADV_FREE: it counts as resident until the\n"
      "  kernel needs it. No leak.\n"
      "- Heap: 60.0 MiB of 60.0 MiB. In RAM and not handed out: fragmentation, or\n"
      "  memory kept for later. madvise(2) returns it.\n"));
  of.sources[0].said.used = bytes{60 << 20};
  text = text_ledger::write(room, of, 0, {}, {.lazily_freed = {bytes{20 << 20}, 21}});
  CHECK(text.ends_with("swap 0 B\n"));
}

TEST_CASE("text_ledger: whose malloc it is, where that is not the C library's") {
  auto of = example();
  of.malloc_object = "/usr/lib/libjemalloc.so.2";
  CHECK(picture(of).ends_with(
      "swap 0 B\n"
      "malloc is not the C library's but of /usr/lib/libjemalloc.so.2: no numbers\n"));
  of.malloc = memscape::malloc_account{};
  CHECK(picture(of, 0, {.columns = 200}).ends_with("numbers are of calls that it passed on\n"));
}

TEST_CASE("text_ledger: no line is wider than the screen") {
  for (std::size_t const columns : {0U, 20U, 30U, 40U, 80U, 120U}) {
    auto const text = picture(example(), 5, {.columns = columns});
    std::size_t line = 0;
    for (char const c : text) {
      line = c == '\n' ? 0 : line + 1;
      CHECK(line <=
            (columns < text_options::least_columns ? text_options::least_columns : columns));
    }
  }
}

TEST_CASE("text_ledger: the largest fits") {
  auto of = memscape::longest_ledger<one_leaf>();
  of.malloc_object = std::string(97, '\1');
  for (std::size_t i = 0; i < decltype(of.names)::capacity; ++i) {
    std::string name;
    while (name.size() < 95) name += "a\xCC\x80\xCC\x80";
    of.names.add({clipped_name<96>{name.substr(0, 95) + static_cast<char>('a' + i)}, bytes{1}});
  }
  constexpr auto most = std::numeric_limits<std::uint64_t>::max();
  for (std::size_t const columns : {std::size_t{0}, std::size_t{50}, std::size_t{1000}}) {
    CHECK_FALSE(picture(of, most, {.columns = columns, .unicode = true, .colour = true}).empty());
    CHECK_FALSE(picture(of, most, {.columns = columns}).empty());
    text_options const how{columns, true, true};
    memscape::ledger_growth const grew{
        .span_ms = most, .part = memscape::grown_part{clipped_name<96>{std::string(97, '\1')}}};
    std::array<char, text_ledger::max_size<one_leaf>> room{};
    CHECK_FALSE(text_ledger::write(room, of, most, how, {}, grew).empty());
    auto const now = memscape::longest_snapshot<one_leaf>();
    CHECK_FALSE(text_ledger::write(room, of, now, most, how, {}, grew).empty());
  }
  CHECK(text_ledger::write({}, of, 0).empty());
}

}  // namespace
