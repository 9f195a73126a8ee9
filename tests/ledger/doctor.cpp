// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/doctor.hpp>
#include <memscape/memscape.hpp>
#include <string>

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::count;

using layout = memscape::layout<memscape::leaf_shape<"a", "A">, memscape::leaf_shape<"b", "B">>;
using ledger = memscape::ledger<layout>;

constexpr bytes mebibyte{1U << 20U};

auto findings_of(ledger const& of) -> std::string {
  std::string names;
  memscape::diagnose(of, [&](memscape::finding const& one) {
    CHECK(memscape::is_of_a_source(one.kind) == (one.source != memscape::finding::of_the_process));
    names += std::string{one.name()} + (one.source == 1 ? "(b) " : " ");
    CHECK_FALSE(one.advice().empty());
  });
  return names;
}

auto healthy() -> ledger {
  ledger account;
  account.rss = mebibyte * 200;
  account.unexplained = bytes{};
  account.malloc = memscape::malloc_account{.in_use = mebibyte * 100, .free = mebibyte * 5};
  account.sources[0] = {.said = {.used = mebibyte * 50},
                        .resident = mebibyte * 55,
                        .claimed = mebibyte * 60,
                        .worth = memscape::quality::exact};
  return account;
}

TEST_CASE(
    "doctor: has nothing to say of a process that is well, nor of one that was not measured") {
  CHECK(findings_of(healthy()).empty());
  CHECK(findings_of(ledger{}).empty());
}

TEST_CASE("doctor: a finding needs the amount and the ratio") {
  memscape::threshold const limit{mebibyte * 16, 5};
  CHECK(limit.passed_by(mebibyte * 16, mebibyte * 320));
  CHECK_FALSE(limit.passed_by(mebibyte * 16, mebibyte * 321));
  CHECK_FALSE(limit.passed_by(mebibyte * 15, mebibyte * 20));
  CHECK_FALSE(memscape::threshold{}.passed_by(bytes{}, bytes{}));
}

TEST_CASE("doctor: what it finds in a process") {
  auto account = healthy();
  account.lazy_free = mebibyte * 16;
  CHECK(findings_of(account) == "lazily_freed ");
  account = healthy();
  account.huge = mebibyte * 100;
  CHECK(findings_of(account) == "huge_pages ");
  account = healthy();
  account.causes[static_cast<std::size_t>(cause::malloc_arena)].resident = mebibyte * 40;
  CHECK_MESSAGE(findings_of(account).empty(), "one arena may be large");
  account.arena_heaps = count{8};
  CHECK(findings_of(account) == "many_arenas ");
  account = healthy();
  account.causes[static_cast<std::size_t>(cause::stack_threads)].resident = mebibyte * 16;
  CHECK(findings_of(account) == "thread_stacks ");
  account = healthy();
  account.malloc->free = mebibyte * 40;
  account.causes[static_cast<std::size_t>(cause::malloc_heap)].resident = mebibyte * 140;
  CHECK(findings_of(account) == "malloc_free ");
  account = healthy();
  account.unexplained = mebibyte * 4;
  CHECK(findings_of(account) == "unexplained ");
}

TEST_CASE("doctor: what malloc keeps counts as far as it may be in RAM") {
  auto account = healthy();
  account.sources[0] = {};
  account.malloc->free = mebibyte * 90;
  auto& heap = account.causes[static_cast<std::size_t>(cause::malloc_heap)];
  heap.resident = mebibyte * 120;
  account.causes[static_cast<std::size_t>(cause::malloc_arena)].resident = mebibyte * 10;
  CHECK(memscape::malloc_free_in_ram(account) == mebibyte * 30);
  // A large block may be anywhere, touched or not.
  account.causes[static_cast<std::size_t>(cause::malloc_mmap)].resident = mebibyte * 5;
  account.malloc->mapped = mebibyte * 20;
  CHECK(memscape::malloc_free_in_ram(account) == mebibyte * 50);
  // What is in use may be a source's.
  account.sources[0].resident = mebibyte * 60;
  CHECK(memscape::malloc_free_in_ram(account) == mebibyte * 90);
  heap.resident = mebibyte * 40;
  CHECK(memscape::malloc_free_in_ram(account) == mebibyte * 30);
  account.sources[0].resident = {};
  CHECK(memscape::malloc_free_in_ram(account) == bytes{});
  // Where mappings could not be read, it is not known.
  heap.worth = memscape::quality::unavailable;
  CHECK(memscape::malloc_free_in_ram(account) == mebibyte * 90);
  account.malloc.reset();
  CHECK(memscape::malloc_free_in_ram(account) == bytes{});
}

TEST_CASE("doctor: which findings somebody should look at") {
  using enum memscape::finding_kind;
  for (auto const kind : {claims_too_much, swapped_out, unexplained, growth}) {
    CHECK(memscape::is_warning(kind));
  }
  for (auto const kind :
       {lazily_freed, malloc_free, huge_pages, many_arenas, thread_stacks, resident_but_free}) {
    CHECK_FALSE(memscape::is_warning(kind));
  }
}

TEST_CASE("doctor: what it finds in a source") {
  auto account = healthy();
  auto& b = account.sources[1];
  b = {.said = {.used = mebibyte}, .claimed = mebibyte * 20};
  CHECK_MESSAGE(findings_of(account).empty(), "what offers no ranges was not measured");
  b.resident = mebibyte * 20;
  b.worth = memscape::quality::exact;
  CHECK(findings_of(account) == "resident_but_free(b) ");
  b.said.used = mebibyte * 20;
  CHECK(findings_of(account).empty());
  b.unmapped = mebibyte;
  CHECK(findings_of(account) == "claims_too_much(b) ");
  b.unmapped = bytes{};
  b.overlapped = mebibyte;
  CHECK(findings_of(account) == "claims_too_much(b) ");
  b.overlapped = bytes{};
  b.swapped = mebibyte * 8;
  CHECK(findings_of(account) == "swapped_out(b) ");
}

TEST_CASE("doctor: every kind has a name of its own") {
  CHECK(std::size(memscape::finding_texts) ==
        static_cast<std::size_t>(memscape::finding_kind::growth) + 1);
  memscape::finding const last{memscape::finding_kind::unexplained};
  CHECK(last.name() == "unexplained");
  CHECK(memscape::finding{}.name() == "lazily_freed");
}

}  // namespace
