// SPDX-License-Identifier: MIT
// What other processes do to the memory of one that is audited, and to the audit.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <type_traits>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::leaf;
using memscape::ledger_fault_kind;
using memscape::quality;
using test_support::owner;

constexpr std::size_t room = std::size_t{8} << 20U;

// At a place below all that the program has, where nothing merges with it.
auto mapped_at(std::uint64_t place) -> char* {
  void* const at = ::mmap(reinterpret_cast<void*>(place), room, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (at != MAP_FAILED) ::madvise(at, room, MADV_NOHUGEPAGE);
  return at == MAP_FAILED ? nullptr : static_cast<char*>(at);
}

// Fills memory of its parent's each time that it is told to, until it is told no more.
[[noreturn]] void fill_on_demand(int told, int done, char* into) {
  static char page[std::size_t{1} << 16U];
  std::memset(page, 1, sizeof page);
  char word = 0;
  while (::read(told, &word, 1) == 1) {
    word = 1;
    for (std::size_t at = 0; at < room; at += sizeof page) {
      iovec const from{page, sizeof page};
      iovec const to{into + at, sizeof page};
      if (::process_vm_writev(::getppid(), &from, 1, &to, 1, 0) < 0) word = 0;
    }
    if (::write(done, &word, 1) != 1) break;
  }
  ::_exit(0);
}

TEST_CASE("other_processes: what one fills while as much is given back leaves nothing exact") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has places of its own for memory");
    return;
  }
  char* const low = mapped_at(0x1000'0000'0000);
  char* const high = mapped_at(0x2000'0000'0000);
  REQUIRE(low != nullptr);
  REQUIRE(high != nullptr);
  address_range const below[]{{low, room}};
  address_range const above[]{{high, room}};
  memscape::registry const memory{memscape::native_reader{}, leaf<"below">(owner{below}),
                                  leaf<"above">(owner{above})};
  auto const auditor =
      std::make_unique<memscape::auditor<std::remove_const_t<decltype(memory)>>>(memory);
  int tell[2];
  int done[2];
  REQUIRE(::pipe2(tell, O_CLOEXEC) == 0);
  REQUIRE(::pipe2(done, O_CLOEXEC) == 0);
  auto const other = ::fork();
  if (other == 0) {
    ::close(tell[1]);
    fill_on_demand(tell[0], done[1], high);
  }
  bool may = true;
  int unclosed = 0;
  // Whenever the two change their state, no figure is exact of which the sum is not RSS.
  for (int before = 1; may && before < 40; ++before) {
    ::madvise(high, room, MADV_DONTNEED);
    std::memset(low, 1, room);
    (void)auditor->audit();
    bool ended = false;
    for (int i = 0; i < before && !ended; ++i) ended = auditor->step(0);
    if (ended) break;
    ::madvise(low, room, MADV_DONTNEED);
    char word = 1;
    may = ::write(tell[1], &word, 1) == 1 && ::read(done[0], &word, 1) == 1 && word == 1;
    while (!ended) ended = auditor->step(0);
    auto const& ledger = auditor->last();
    REQUIRE(ledger.closure_error);
    bool const closes = *ledger.closure_error == bytes{} && *ledger.unexplained == bytes{};
    if (closes) continue;
    ++unclosed;
    CHECK(ledger.faults.has(ledger_fault_kind::moved));
    for (auto const& one : ledger.causes) CHECK(one.worth != quality::exact);
    for (auto const& one : ledger.sources) CHECK(one.worth != quality::exact);
  }
  ::close(tell[1]);
  ::waitpid(other, nullptr, 0);
  for (int const one : {tell[0], done[0], done[1]}) ::close(one);
  ::munmap(low, room);
  ::munmap(high, room);
  if (!may) {
    MESSAGE("skipped: this process may not be written to");
    return;
  }
  CHECK_MESSAGE(unclosed > 0, "the witness: it was met");
}

TEST_CASE(
    "other_processes: a child that shares the memory ends an audit, and its page faults are not "
    "ours") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer makes a copy of it");
    return;
  }
  static memscape::registry const memory{memscape::native_reader{}, leaf<"none">(owner{})};
  using auditor = memscape::auditor<std::remove_const_t<decltype(memory)>>;
  static auto const shared = std::make_unique<auditor>(memory);
  (void)shared->audit();
  REQUIRE_FALSE(shared->step(0));
  auto const child = ::vfork();
  if (child == 0) {
    (void)shared->audit();
    ::_exit(0);
  }
  ::waitpid(child, nullptr, 0);
  REQUIRE(shared->last().sequence == 2);
  std::int32_t unknown = 0;
  for (auto const fault : shared->last().faults) {
    if (fault.kind == ledger_fault_kind::moved) CHECK(fault.code == 0);
    if (fault.kind == ledger_fault_kind::moves_unknown) unknown = fault.code;
  }
  CHECK(unknown == ESRCH);
  for (auto const& one : shared->last().causes) CHECK(one.worth != quality::exact);
  // And the next is its own.
  CHECK_FALSE(test_support::quiet_audit(*shared).faults.has(ledger_fault_kind::moves_unknown));
}

}  // namespace
