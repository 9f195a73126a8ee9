// SPDX-License-Identifier: MIT
#include <deque>
#include <doctest/doctest.h>
#include <memscape/ledger/walk/ledger_sums.hpp>
#include <memscape/memscape.hpp>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::page_run;

using layout = memscape::layout<memscape::leaf_shape<"a", "A">>;
using ledger_sums = memscape::ledger_sums<layout>;

// A tally looks at its mapping until it leaves it.
auto map(std::string_view line) -> memscape::mapping const& {
  static std::deque<memscape::mapping> all;
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  return all.emplace_back(*parsed);
}
auto run(std::uint64_t begin, std::uint64_t end, std::uint64_t categories) -> page_run {
  return {begin, end, categories};
}

TEST_CASE("ledger_sums: a file's pages by cause and in sum, one entry for all its mappings") {
  ledger_sums pages{4096};
  memscape::ledger<layout> ledger;
  ledger.sources[0].swapped = bytes{};
  pages.restart({.blocks = false});
  pages.enter(map("10000-20000 r-xp 0 0:1 5 /bin/x"));
  pages.to_causes(ledger, run(0x10000, 0x12000, page_run::present | page_run::file), 0x10000,
                  0x12000);
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("20000-30000 rw-p 0 0:1 5 /bin/x"));
  pages.to_causes(ledger, run(0x20000, 0x21000, page_run::present), 0x20000, 0x21000);
  pages.to_causes(ledger, run(0x21000, 0x22000, page_run::swap), 0x21000, 0x22000);
  pages.to_source(ledger, 0, run(0x22000, 0x24000, page_run::present), 0x22000, 0x24000);
  pages.to_source(ledger, 0, run(0x25000, 0x28000, page_run::swap), 0x25000, 0x28000);
  pages.leave(ledger, ledger_sums::nobody);
  CHECK(ledger.at(cause::file_text).resident == bytes{0x2000});
  CHECK(ledger.at(cause::file_data).resident == bytes{0x1000});
  CHECK(ledger.at(cause::file_data).swapped == bytes{0x1000});
  CHECK(ledger.sources[0].resident == bytes{0x2000});
  CHECK(ledger.sources[0].swapped == bytes{0x3000});
  REQUIRE(ledger.files.size() == 1);
  CHECK(ledger.files[0].path.view() == "/bin/x");
  CHECK(ledger.files[0].resident == bytes{0x3000});
  CHECK(ledger.files[0].text == bytes{0x2000});
  CHECK(ledger.files[0].data == bytes{0x1000});
}

TEST_CASE(
    "ledger_sums: never more than the kernel counted, and what it counted beyond goes to the "
    "cause") {
  ledger_sums pages{4096};
  memscape::ledger<layout> ledger;
  pages.restart({.blocks = false});
  pages.enter(map("10000-20000 rw-p 0 0:0 0 [heap]"));
  pages.count(bytes{0x3000}, bytes{0x1000});
  pages.to_source(ledger, 0, run(0x10000, 0x12000, page_run::present), 0x10000, 0x12000);
  pages.to_causes(ledger, run(0x12000, 0x16000, page_run::present), 0x12000, 0x16000);
  pages.leave(ledger, ledger_sums::nobody);
  CHECK(ledger.sources[0].resident == bytes{0x2000});
  CHECK(ledger.at(cause::malloc_heap).resident == bytes{0x1000});
  CHECK(ledger.at(cause::malloc_heap).swapped == bytes{0x1000});
  pages.enter(map("20000-30000 rw-p 0 0:0 0"));
  pages.count(bytes{0x5000}, bytes{});
  pages.leave(ledger, 0);
  CHECK_MESSAGE(ledger.sources[0].resident == bytes{0x7000}, "a mapping that is one source's");
}

TEST_CASE("ledger_sums: memory of devices and the kernel's own is not in RSS") {
  ledger_sums pages{4096};
  memscape::mapping_source const source;
  pages.restart({.blocks = false});
  pages.enter(map("10000-20000 rw-s 0 0:5 9 /dev/dri/card0"));
  CHECK_FALSE(pages.is_counted(run(0x10000, 0x11000, page_run::present), source));
  CHECK(pages.is_counted(run(0x10000, 0x11000, page_run::present | page_run::file), source));
  pages.enter(map("20000-30000 r--p 0 0:0 0 [vvar]"));
  CHECK(pages.is_outside());
  CHECK_FALSE(pages.is_counted(run(0x20000, 0x21000, page_run::present), source));
  pages.enter(map("30000-40000 rw-p 0 0:0 0"));
  CHECK_FALSE(pages.is_outside());
  CHECK(pages.is_counted(run(0x30000, 0x31000, page_run::present), source));
}

TEST_CASE("ledger_sums: the largest anonymous mappings, and named memory by name") {
  ledger_sums pages{4096};
  memscape::ledger<layout> ledger;
  pages.restart({.blocks = false});
  pages.enter(map("10000-20000 rw-p 0 0:0 0"));
  pages.to_causes(ledger, run(0x10000, 0x11000, page_run::present), 0x10000, 0x11000);
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("20000-30000 rw-p 0 0:0 0 [anon:pool]"));
  pages.to_causes(ledger, run(0x20000, 0x22000, page_run::present), 0x20000, 0x22000);
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("40000-50000 rw-p 0 0:0 0 [anon:pool]"));
  pages.to_causes(ledger, run(0x40000, 0x42000, page_run::present), 0x40000, 0x42000);
  pages.to_causes(ledger, run(0x42000, 0x43000, page_run::swap), 0x42000, 0x43000);
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("60000-70000 rw-p 0 0:0 0 [anon:asleep]"));
  pages.to_causes(ledger, run(0x60000, 0x64000, page_run::swap), 0x60000, 0x64000);
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("80000-90000 rw-p 0 0:0 0 [anon:untouched]"));
  pages.leave(ledger, ledger_sums::nobody);
  pages.enter(map("a0000-b0000 rw-p 0 0:0 0"));
  pages.to_causes(ledger, run(0xa0000, 0xa1000, page_run::swap), 0xa0000, 0xa1000);
  pages.leave(ledger, ledger_sums::nobody);
  REQUIRE(ledger.mappings.size() == 1);
  CHECK(ledger.mappings[0].begin == 0x10000);
  CHECK(ledger.mappings[0].resident == bytes{0x1000});
  REQUIRE(ledger.names.size() == 2);
  CHECK(ledger.names[0].name.view() == "pool");
  CHECK(ledger.names[0].resident == bytes{0x4000});
  CHECK(ledger.names[0].swapped == bytes{0x1000});
  CHECK_MESSAGE(ledger.names[1].name.view() == "asleep", "also where all of it is in swap");
  CHECK(ledger.names[1].resident == bytes{});
  CHECK(ledger.names[1].swapped == bytes{0x4000});
  CHECK(ledger.at(cause::anon_named).resident == bytes{0x4000});
}

}  // namespace
