// SPDX-License-Identifier: MIT
#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/ranges/ownership.hpp>
#include <memscape/memscape.hpp>
#include <vector>

#include "ledger/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::leaf;
using memscape::ledger_fault_kind;
using test_support::owner;

auto range(std::uint64_t begin, std::size_t size) -> address_range {
  return {reinterpret_cast<void const*>(begin), size};
}

TEST_CASE("ownership: what is covered, what is not mapped, and what another source has") {
  std::array const first{range(0x1000, 0x1000), range(0x8000, 0x100)};
  std::array const second{range(0x1800, 0x1000), range(0x1800, 0x800)};
  memscape::registry const memory{memscape::native_reader{}, leaf<"a">(owner{first}),
                                  memscape::group<"g">(leaf<"b">(owner{second}))};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  CHECK(ledger.at<"a">().worth == memscape::quality::exact);
  CHECK(ledger.at<"g">().worth == memscape::quality::unavailable);
  ownership.cover(ledger, 0x1000, 0x1900, true);
  ownership.cover(ledger, 0x1900, 0x3000, true);
  ownership.finish(ledger);
  CHECK(ledger.at<"a">().claimed == bytes{0x1100});
  CHECK(ledger.at<"a">().overlapped == bytes{});
  CHECK(ledger.at<"a">().unmapped == bytes{0x100});
  CHECK(ledger.at<"b">().claimed == bytes{0x1800});
  CHECK_MESSAGE(ledger.at<"b">().overlapped == bytes{0x1000}, "once by a, once by itself");
  CHECK(ledger.at<"b">().unmapped == bytes{});
  CHECK(ledger.faults.size() == 2);
  CHECK(ledger.faults.has(ledger_fault_kind::ranges_unmapped));
  CHECK(ledger.faults.has(ledger_fault_kind::ranges_overlap));
}

TEST_CASE("ownership: where mappings are not known, nothing is told of the sources there") {
  std::array const below{range(0x1000, 0x2000)};
  std::array const across{range(0x2000, 0x2000), range(0x8000, 0x1000)};
  std::array const under{range(0x8000, 0x1000)};
  memscape::registry const memory{memscape::native_reader{}, leaf<"below">(owner{below}),
                                  leaf<"across">(owner{across}), leaf<"under">(owner{under}),
                                  leaf<"none">(owner{})};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  ownership.cover(ledger, 0x1000, 0x3000, true);
  ownership.cover(ledger, 0x3000, 0x4000, false);
  ownership.cover(ledger, 0x8000, 0x9000, false);
  ownership.finish(ledger);
  CHECK(ledger.at<"below">().unmapped == bytes{0});
  CHECK(ledger.at<"below">().overlapped == bytes{0});
  for (auto const& lost : {ledger.at<"across">(), ledger.at<"under">()}) {
    CHECK_FALSE(lost.unmapped);
    CHECK_FALSE(lost.overlapped);
    CHECK(lost.claimed != bytes{});
  }
  CHECK(ledger.faults.empty());
}

TEST_CASE("ownership: a source that offers ranges and has none owns nothing, and that is known") {
  memscape::registry const memory{
      memscape::native_reader{}, leaf<"empty">(owner{}),
      leaf<"none">(memscape::callable_source{[]() noexcept -> memscape::usage { return {}; }})};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  ownership.cover(ledger, 0x1000, 0x3000, true);
  ownership.finish(ledger);
  CHECK(ledger.at<"empty">().worth == memscape::quality::exact);
  CHECK(ledger.at<"empty">().unmapped == bytes{0});
  CHECK(ledger.at<"empty">().overlapped == bytes{0});
  CHECK(ledger.at<"none">().worth == memscape::quality::unavailable);
  CHECK_FALSE(ledger.at<"none">().unmapped);
}

// Says how often it was asked.
struct asked {
  int* times;

  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    ++*times;
    visit(range(0x1000, 0x1000));
  }
};

TEST_CASE("ownership: where ranges are few, sources are asked once") {
  int times = 0;
  memscape::registry const memory{memscape::native_reader{}, leaf<"a">(asked{&times})};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  ownership.move_to(ledger, 0x9000);
  CHECK(times == 1);
  CHECK(ledger.at<"a">().claimed == bytes{0x1000});
}

TEST_CASE("ownership: more ranges than it holds at once") {
  std::vector<address_range> many;
  for (std::uint64_t i = 10'000; i > 0; --i) many.push_back(range(i * 0x10000, 0x1000));
  memscape::registry const memory{memscape::native_reader{}, leaf<"a">(owner{many})};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  std::uint64_t end = 10'001 * std::uint64_t{0x10000};
  for (std::uint64_t at = 0; at < end;) {
    ownership.move_to(ledger, at);
    auto const until = ownership.limit() < end ? ownership.limit() : end;
    REQUIRE(until > at);
    ownership.cover(ledger, at, until, true);
    at = until;
  }
  ownership.finish(ledger);
  CHECK(ledger.at<"a">().claimed == bytes{10'000 * 0x1000});
  CHECK(ledger.at<"a">().unmapped == bytes{});
  CHECK(ledger.faults.empty());
}

TEST_CASE("ownership: ranges at the null address are not mapped, and told") {
  std::vector<address_range> const odd{{nullptr, 4096}, range(0x1000, 0x1000)};
  memscape::registry const memory{memscape::native_reader{}, leaf<"a">(owner{odd})};
  memscape::ownership ownership{memory};
  memscape::ledger<decltype(memory)::layout> ledger;
  ownership.restart(ledger, 4096, memscape::quality::exact);
  ownership.cover(ledger, 0x1000, 0x3000, true);
  ownership.finish(ledger);
  CHECK(ledger.at<"a">().claimed == bytes{0x2000});
  CHECK(ledger.at<"a">().unmapped == bytes{0x1000});
  CHECK(ledger.faults.has(memscape::ledger_fault_kind::ranges_unmapped));
}

}  // namespace
