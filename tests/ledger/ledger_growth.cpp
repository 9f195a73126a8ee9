// SPDX-License-Identifier: MIT
#include <memscape/ledger/ledger_growth.hpp>

#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <string_view>

#include "ledger/support.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::clipped_name;
using memscape::grown;
using memscape::quality;

using layout = memscape::layout<memscape::leaf_shape<"ranged", "Ranged">,
                                memscape::leaf_shape<"counted", "Counted">>;
using ledger = memscape::ledger<layout>;

constexpr bytes mebibyte{1U << 20U};

auto with_rss(std::uint64_t mebibytes) -> ledger {
  ledger of;
  of.rss = mebibyte * mebibytes;
  of.made = memscape::steady_time{}.plus_ms(mebibytes);
  of.sources[0].worth = quality::exact;
  of.sources[0].resident = bytes{};
  return of;
}

auto in(ledger& of, cause which) -> bytes& {
  return of.causes[static_cast<std::size_t>(which)].resident;
}

void add_file(ledger& of, std::string_view path, std::uint64_t text, std::uint64_t data) {
  of.files.add({.path = clipped_name<96>{path},
                .resident = mebibyte * (text + data),
                .text = mebibyte * text,
                .data = mebibyte * data});
}

// g++ 12 forgets in a constant that the causes are zero.
static_assert([] {
  ledger before;
  ledger now;
  before.causes.fill({});
  now.causes.fill({});
  before.rss = mebibyte * 100;
  now.rss = mebibyte * 120;
  return grown(before, now)->unowned == mebibyte * 20 && !grown(now, before);
}());

TEST_CASE("ledger_growth: needs the amount, the part of what was, and that it is nobody's") {
  auto const found = grown(with_rss(100), with_rss(116));
  REQUIRE(found);
  CHECK(found->rss == mebibyte * 16);
  CHECK(found->unowned == mebibyte * 16);
  CHECK(found->span_ms == 16);
  CHECK_FALSE(found->most);
  CHECK(found->as_finding().name() == "growth");
  CHECK_FALSE(grown(with_rss(100), with_rss(115)));
  CHECK(grown(with_rss(1000), with_rss(1100)));
  CHECK_FALSE(grown(with_rss(1000), with_rss(1099)));
  CHECK_FALSE(grown(with_rss(100), with_rss(100)));
  CHECK(grown(with_rss(1000), with_rss(1099), {.growth = {bytes{1}, 9}}));

  auto now = with_rss(140);
  now.sources[0].resident = mebibyte * 20;
  CHECK(grown(with_rss(100), now)->unowned == mebibyte * 20);
  now.sources[0].resident = mebibyte * 21;
  CHECK_FALSE(grown(with_rss(100), now));
}

TEST_CASE(
    "ledger_growth: a source without ranges explains what it uses, and one that shrank takes "
    "nothing "
    "away") {
  auto before = with_rss(100);
  auto now = with_rss(150);
  now.sources[1].said.used = mebibyte * 30;
  CHECK_FALSE(grown(before, now));
  now.sources[1].said.used = mebibyte * 10;
  CHECK(grown(before, now)->unowned == mebibyte * 40);
  // What it says besides is what it had before.
  now.sources[0].said.used = mebibyte * 30;
  CHECK(grown(before, now)->unowned == mebibyte * 40);
  // Not measured in one of them: by what it uses.
  now.sources[0].resident = {};
  CHECK_FALSE(grown(before, now));
  before.sources[1].said.used = mebibyte * 90;
  CHECK(grown(before, now)->unowned == mebibyte * 50);
}

TEST_CASE("ledger_growth: what was not measured draws no conclusion") {
  auto before = with_rss(100);
  auto now = with_rss(200);
  in(now, cause::malloc_heap) = mebibyte * 100;
  CHECK(grown(before, now)->most == cause::malloc_heap);
  auto absent = before;
  absent.rss.reset();
  CHECK_FALSE(grown(absent, now));
  CHECK_FALSE(grown(before, absent));
  for (auto& one : before.causes) one.worth = quality::unavailable;
  REQUIRE(grown(before, now));
  CHECK_FALSE(grown(before, now)->most);
  // What came first is the later one.
  now.made = {};
  CHECK(grown(before, now)->span_ms == 0);
}

TEST_CASE("ledger_growth: the file whose kind of pages grew most") {
  auto before = with_rss(100);
  add_file(before, "/lib/large", 10, 50);
  add_file(before, "/lib/small", 1, 1);
  in(before, cause::file_text) = mebibyte * 11;
  auto now = with_rss(200);
  add_file(now, "/lib/large", 10, 90);
  add_file(now, "/lib/small", 61, 1);
  in(now, cause::file_text) = mebibyte * 71;
  in(now, cause::file_data) = mebibyte * 40;
  auto const found = grown(before, now);
  REQUIRE(found);
  CHECK(found->most == cause::file_text);
  CHECK(found->most_by == mebibyte * 60);
  REQUIRE(found->part);
  CHECK(found->part->name.view() == "/lib/small");
  CHECK(found->part->by == mebibyte * 60);

  in(now, cause::file_data) = mebibyte * 100;
  CHECK(grown(before, now)->part->name.view() == "/lib/large");
}

TEST_CASE("ledger_growth: named memory by its name, malloc's without parts") {
  auto before = with_rss(100);
  auto now = with_rss(200);
  in(now, cause::anon_named) = mebibyte * 90;
  now.names.add({clipped_name<96>{"pool"}, mebibyte * 80, {}});
  now.names.add({clipped_name<96>{"other"}, mebibyte * 10, {}});
  auto const found = grown(before, now);
  REQUIRE(found);
  CHECK(found->most == cause::anon_named);
  REQUIRE(found->part);
  CHECK(found->part->name.view() == "pool");
  CHECK(found->part->by == mebibyte * 80);
  in(now, cause::malloc_mmap) = mebibyte * 91;
  CHECK_FALSE(grown(before, now)->part);
}

TEST_CASE(
    "ledger_growth: a mapping that grew up or down, or was joined with others, is what it was") {
  auto const with = [](std::uint64_t rss, std::uint64_t begin, std::uint64_t end,
                       std::uint64_t resident) {
    auto of = with_rss(rss);
    in(of, cause::anonymous) = mebibyte * resident;
    of.mappings.add({begin << 20U, end << 20U, mebibyte * resident});
    return of;
  };
  auto const before = with(100, 100, 140, 40);
  auto const up = grown(before, with(200, 100, 240, 140));
  REQUIRE(up);
  REQUIRE(up->part);
  CHECK(up->part->begin == 100U << 20U);
  CHECK(up->part->end == 240U << 20U);
  CHECK(up->part->by == mebibyte * 100);
  CHECK(grown(before, with(200, 50, 140, 140))->part->by == mebibyte * 100);
  auto two = before;
  two.mappings.add({150U << 20U, 160U << 20U, mebibyte * 10});
  CHECK(grown(two, with(200, 100, 240, 140))->part->by == mebibyte * 90);
  // Beside it, and not the same.
  CHECK(grown(before, with(200, 140, 280, 140))->part->by == mebibyte * 140);
}

TEST_CASE("ledger_growth: what stands in the later table alone may have been there, and smaller") {
  auto before = with_rss(100);
  auto now = with_rss(200);
  constexpr auto room = decltype(before.mappings)::capacity;
  for (std::uint64_t i = 0; i < room; ++i) {
    before.mappings.add({2 * i << 30U, (2 * i + 1) << 30U, mebibyte});
  }
  in(now, cause::anonymous) = mebibyte * 90;
  now.mappings.add({2 * room << 30U, (2 * room + 1) << 30U, mebibyte * 90});
  CHECK(grown(before, now)->part->by == mebibyte * 90);
  before.mappings.add({2 * room << 30U, (2 * room + 1) << 30U, bytes{4096}});
  CHECK_FALSE(grown(before, now)->part);
  now.mappings.add({0, 1U << 30U, mebibyte * 3});
  CHECK(grown(before, now)->part->by == mebibyte * 2);
}

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

TEST_CASE("ledger_growth: a mapping of this process that grew is found where it lies") {
  memscape::registry const memory{memscape::native_reader{},
                                  memscape::leaf<"nothing", "Nothing">(nothing{})};
  memscape::auditor auditor{memory};
  test_support::region const grows{16 * 1024};
  REQUIRE(grows);
  grows.write(0, 1024);
  auto const before = std::make_unique<decltype(auditor)::ledger_type>(auditor.audit());
  grows.write();
  auto const& now = auditor.audit();
  // Sanitizers have a shadow of it.
  if (test_support::sanitized || !before->rss) return;
  auto const found = grown(*before, now, {.growth = {mebibyte * 16, 0}});
  REQUIRE(found);
  bytes const written{(grows.pages() - 1024) * test_support::one_page};
  CHECK(found->unowned + mebibyte >= written);
  CHECK(found->most == cause::anonymous);
  REQUIRE(found->part);
  CHECK(found->part->begin <= grows.address());
  CHECK(found->part->end >= grows.address() + grows.size());
  CHECK(found->part->by + mebibyte >= written);
}

}  // namespace
