// SPDX-License-Identifier: MIT
// The main thread's stack in several parts, against what smaps says of mappings that grow down.
#include <memscape/ledger/threads/main_stack.hpp>

#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <string_view>

#include "ledger/fake_memory.hpp"
#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cause;
using memscape::page_method;
using memscape::quality;
using test_support::mebibyte;
using test_support::one_page;

// Memory that is mapped between two addresses, as far as one is told.
struct stretch : test_support::fake_memory<stretch> {
  std::uint64_t begin = 0, end = 0;
  int refused = 0;
  [[nodiscard]] auto is_mapped(std::uint64_t from, std::uint64_t size) const noexcept -> bool {
    errno = refused;
    return refused != 0 || (from >= begin && from + size <= end);
  }
};

auto stretch_of(std::uint64_t begin, std::uint64_t end, int refused = 0) -> stretch {
  stretch made;
  made.begin = begin;
  made.end = end;
  made.refused = refused;
  return made;
}

auto map(std::string_view line) -> memscape::mapping {
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  return *parsed;
}

struct no_nodes {
  static constexpr std::size_t size = 0;
};

TEST_CASE("main_stack: it reaches as far down as memory is mapped without a gap, or its limit") {
  for (std::uint64_t pages = 1; pages < 70; ++pages) {
    auto const begin = 0x100000 - pages * 4096;
    memscape::main_stack<stretch> stack{4096, stretch_of(begin, 0x100000)};
    stack.restart(0xffff8, 0);
    CHECK(stack.begin() == begin);
    stack.restart(0xffff8, 0x100000 - 20 * 4096);
    CHECK(stack.begin() == 0x100000 - (pages < 20 ? pages : 20) * 4096);
  }
  memscape::main_stack<stretch> denied{4096, stretch_of(0, UINT64_MAX, EPERM)};
  denied.restart(0xffff8, 0);
  CHECK(denied.begin() == 0x100000);
  denied.restart(0, 0);
  CHECK_FALSE(denied.enter(map("1000-2000 rw-p 0 0:0 0")));
}

TEST_CASE("main_stack: parts are anonymous and private, and within the limit") {
  memscape::main_stack<stretch> stack{4096, stretch_of(0x40000, 0x100000)};
  auto const worth = [&] {
    memscape::ledger<no_nodes> into;
    stack.finish(into);
    return into.at(cause::stack_main).worth;
  };
  stack.restart(0xffff8, 0);
  CHECK_FALSE(stack.enter(map("20000-30000 rw-p 0 0:0 0")));
  CHECK(worth() == quality::exact);
  CHECK(stack.enter(map("40000-50000 rw-p 0 0:0 0")));
  CHECK_FALSE(stack.enter(map("50000-51000 rw-s 0 0:1 5 /dev/zero (deleted)")));
  CHECK_FALSE(stack.enter(map("51000-52000 rw-p 0 0:1 5 /data")));
  CHECK(stack.enter(map("52000-53000 ---p 0 0:0 0")));
  CHECK_FALSE(stack.enter(map("53000-f0000 rw-p 0 0:0 0 [stack]")));
  CHECK(stack.enter(map("f0000-100000 r--p 0 0:0 0")));
  CHECK_FALSE(stack.enter(map("100000-101000 rw-p 0 0:0 0")));
  CHECK(worth() == quality::estimate);
  // What lies beyond the limit may be anything's.
  stack.restart(0xffff8, 0x60000);
  CHECK(worth() == quality::exact);
  CHECK_FALSE(stack.enter(map("40000-70000 rw-p 0 0:0 0")));
  CHECK_FALSE(stack.enter(map("70000-100000 rw-p 0 0:0 0 [stack]")));
  CHECK_MESSAGE(worth() == quality::estimate, "it may be a part");
}

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
auto make_empty() {
  return memscape::registry{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
}
using auditor_type = memscape::auditor<decltype(make_empty())>;

auto audit(page_method method) -> auditor_type::ledger_type const& {
  static auto const memory = make_empty();
  static auditor_type by_scan{memory};
  static auditor_type by_smaps{memory, {.best = page_method::mincore}};
  return test_support::quiet_audit(method == page_method::scan ? by_scan : by_smaps);
}

// What is in RAM of all mappings that grow down, by smaps. Units: bytes.
auto grown_down() -> std::uint64_t {
  auto* const file = std::fopen("/proc/self/smaps", "re");
  char line[512];
  std::uint64_t rss = 0;
  std::uint64_t sum = 0;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    if (std::strncmp(line, "Rss:", 4) == 0) rss = std::strtoull(line + 4, nullptr, 10) * 1024;
    if (std::strncmp(line, "VmFlags:", 8) == 0 && std::strstr(line, " gd") != nullptr) sum += rss;
  }
  std::fclose(file);
  return sum;
}

// Of the main thread's stack: how much it is off what grows down, at most, in any way to split it.
struct split {
  std::uint64_t off = 0;
  bool exact_when_whole = true;
  bool exact_when_split = false;
};

[[gnu::noinline]] auto split_it(page_method method) -> split {
  char volatile frame[4 * mebibyte];
  for (std::size_t i = 0; i < sizeof frame; i += one_page) frame[i] = 1;
  auto const at = reinterpret_cast<std::uintptr_t>(frame) + 3 * mebibyte;
  auto* const page = reinterpret_cast<char*>(at / one_page * one_page);
  split made;
  auto const look = [&](bool whole) {
    auto const& ledger = audit(method);
    auto const& found = ledger.at(cause::stack_main);
    auto const told = grown_down();
    auto const resident = found.resident.value();
    auto const off = resident > told ? resident - told : told - resident;
    made.off = off > made.off ? off : made.off;
    bool const exact = found.worth == quality::exact;
    if (whole) made.exact_when_whole = made.exact_when_whole && exact;
    if (!whole) made.exact_when_split = made.exact_when_split || exact;
  };
  look(true);
  if (::mlock(page, one_page) == 0) look(false);
  ::munlock(page, one_page);
  look(true);
  ::madvise(page, one_page, MADV_DONTDUMP);
  look(false);
  ::madvise(page + 200 * one_page, one_page, MADV_DONTFORK);
  look(false);
  ::madvise(page, one_page, MADV_DODUMP);
  ::mprotect(page, one_page, PROT_READ);
  look(false);
  ::mprotect(page, one_page, PROT_READ | PROT_WRITE);
  return made;
}

TEST_CASE("main_stack: split by a page that is locked, advised or protected, it is one cause") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's frames are elsewhere");
    return;
  }
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const made = test_support::in_child([method] { return split_it(method); });
    REQUIRE(made);
    CHECK(made->off <= 4 * one_page);
    CHECK(made->exact_when_whole);
    CHECK_FALSE(made->exact_when_split);
  }
}

TEST_CASE("main_stack: what lies below it behind a gap is anonymous") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    auto const before = audit(page_method::scan);
    int here = 0;
    auto const at = reinterpret_cast<std::uintptr_t>(&here) / one_page * one_page;
    auto* const place = reinterpret_cast<char*>(at - 4 * mebibyte);
    void* const beside = ::mmap(place, mebibyte, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
    if (beside != place) return true;
    std::memset(beside, 1, mebibyte);
    auto const& after = audit(page_method::scan);
    return after.at(cause::stack_main).worth == quality::exact &&
           after.at(cause::stack_main).resident - before.at(cause::stack_main).resident <=
               bytes{4 * one_page} &&
           after.at(cause::anonymous).resident - before.at(cause::anonymous).resident >=
               bytes{mebibyte};
  });
  CHECK(good == true);
}

TEST_CASE("main_stack: where msync is denied, a part of the stack is no exact figure") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    int here = 0;
    auto const at = reinterpret_cast<std::uintptr_t>(&here) / one_page * one_page;
    ::madvise(reinterpret_cast<char*>(at - 4 * one_page), one_page, MADV_DONTDUMP);
    if (!test_support::deny({SYS_msync}, EPERM)) return true;
    return audit(page_method::scan).at(cause::stack_main).worth == quality::estimate;
  });
  CHECK(good == true);
}

}  // namespace
