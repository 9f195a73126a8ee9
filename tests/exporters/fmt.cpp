// SPDX-License-Identifier: MIT
#include <memscape/exporters/fmt.hpp>

#include <array>
#include <doctest/doctest.h>
#include <memscape/exporters/common/longest.hpp>
#include <memscape/exporters/text.hpp>
#include <memscape/memscape.hpp>
#include <string>

#include "exporters/trees.hpp"
#include "golden/registry.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::text;

TEST_CASE("fmt: bytes and counts, as people read them and as they are") {
  bytes const amount{1'572'864};
  CHECK(fmt::format("{}", amount) == "1.50 MiB");
  CHECK(fmt::format("[{:>10}]", amount) == "[  1.50 MiB]");
  CHECK(fmt::format("[{:*^12}]", amount) == "[**1.50 MiB**]");
  CHECK(fmt::format("[{:{}}]", amount, 10) == "[1.50 MiB  ]");
  CHECK(fmt::format("{:d}", amount) == "1572864");
  CHECK(fmt::format("[{:>10d}]", amount) == "[   1572864]");
  CHECK(fmt::format("[{:0{}d}]", amount, 9) == "[001572864]");
  CHECK(fmt::format("{} {:d}", bytes::max(), bytes::max()) == "16.0 EiB 18446744073709551615");
  CHECK(fmt::format("{} {}", bytes{0}, count{0}) == "0 B 0");
  CHECK(fmt::format("{} {:d}", count{1'234'567}, count{1'234'567}) == "1,234,567 1234567");
  CHECK_THROWS_AS((void)fmt::format(fmt::runtime("{:x}"), amount), fmt::format_error);
}

TEST_CASE("fmt: usage, with what the allocator does not know") {
  memscape::usage const some{
      .used = bytes{512}, .committed = bytes{1024}, .slot_count = count{4'096}};
  CHECK(fmt::format("{}", some) ==
        "used 512 B, committed 1.00 KiB, peak -, objects -, slots 4,096");
  CHECK(fmt::format("{:>64}", some).starts_with("  used"));
}

TEST_CASE("fmt: process memory, with the reasons of what is absent") {
  auto memory = test_support::make_golden_registry();
  CHECK(fmt::format("{}", memory.collect().process) ==
        "RSS 70.0 MiB, peak 71.0 MiB, VMS 1.20 GiB, shared 8.00 MiB, data 128 MiB, "
        "faults 18,211 minor, 3 major");
  CHECK(fmt::format("{}", memory.collect().process) ==
        "RSS -, peak 71.0 MiB, VMS -, shared -, data -, faults 18,211 minor, 3 major; "
        "not read: open_statm, code 24");
  // The longest there is has room.
  auto const longest = memscape::longest_snapshot<test_support::one_leaf>();
  CHECK(fmt::format("{}", longest.process).ends_with(", code -2147483643"));
  CHECK(fmt::format("{}", longest.nodes[0]).ends_with(",615"));
}

TEST_CASE("fmt: a snapshot is the picture of text") {
  auto memory = test_support::make_golden_registry();
  auto const snap = memory.collect();
  std::array<char, text::max_size<decltype(memory)::layout>> room;
  CHECK(fmt::format("{}", snap) == text::write(room, snap));
  CHECK(fmt::format("{:120}", snap) == text::write(room, snap, {.columns = 120}));
  CHECK(fmt::format("{:uc}", snap) == text::write(room, snap, {.unicode = true, .colour = true}));
  CHECK(fmt::format("{:40u}", snap) == text::write(room, snap, {.columns = 40, .unicode = true}));
  CHECK(fmt::format("{:c}", snap) == text::write(room, snap, {.colour = true}));
  for (auto const* wrong : {"{:x}", "{:>80}", "{:cu}", "{:80"}) {
    CAPTURE(wrong);
    CHECK_THROWS_AS((void)fmt::format(fmt::runtime(wrong), snap), fmt::format_error);
  }
}

}  // namespace
