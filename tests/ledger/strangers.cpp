// SPDX-License-Identifier: MIT
// Programs that close what they did not open, between two slices: the numbers of the files that an audit holds
// then name files of the program's. The ledger closes, and nothing of the program's is read, waited for or closed.
#include "readers/strangers.hpp"

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <memory>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <memscape/ledger/residency_meter.hpp>
#include <memscape/memscape.hpp>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::auditor;
using memscape::bytes;
using memscape::descriptor_policy;
using memscape::ledger_fault_kind;
using memscape::mapping_source;
using memscape::page_method;
using memscape::residency_meter;
using test_support::another_process;
using test_support::in_child;
using test_support::new_numbers;
using test_support::no_longer_than;
using test_support::numbers_in_use;
using test_support::occupied;
using test_support::one_page;
using test_support::owner;
using test_support::region;
using test_support::stranger;
using test_support::strangers;

// The address space of a sanitizer is vast, and each slice of some tests reads all of it up to where it was.
constexpr std::uint64_t slice_ns = test_support::sanitized ? 20'000'000 : 1;

constexpr std::array methods{page_method::scan, page_method::pagemap, page_method::mincore};

/// A process of some memory, of which a source owns a part.
struct program {
  region memory{2000};
  std::array<address_range, 1> owned{};
  program() {
    memory.write(0, 1200);
    owned[0] = {memory.at(100), 500 * one_page};
  }
  [[nodiscard]] auto make_registry() const {
    return memscape::registry{memscape::native_reader{},
                              memscape::leaf<"x", "X">(owner{owned, 500 * one_page})};
  }
};

/// Whether the ledger is as true as that of an audit that nobody disturbed.
template <class Ledger>
auto is_right(Ledger const& told) -> bool {
  bool good = test_support::closes(told) && told.mapping_count && told.mapping_count->value() > 10;
  for (auto const& fault : told.faults) {
    // A worse method is told of, a program that opens files may map memory, and a sanitizer has its own malloc.
    good = good &&
           ((test_support::sanitized && fault.kind == ledger_fault_kind::malloc_other) ||
            fault.kind == ledger_fault_kind::pagemap_scan ||
            fault.kind == ledger_fault_kind::pagemap ||
            fault.kind == ledger_fault_kind::mappings_changed ||
            fault.kind == ledger_fault_kind::moved || fault.kind == ledger_fault_kind::cgroup ||
            fault.kind == ledger_fault_kind::malloc_statistics);
  }
  return good && told.template at<"x">().resident == bytes{500 * one_page};
}

/// Calls `between` after the n-th slice, and takes the audit to its end in slices; true while there is an
/// n-th slice.
template <class Auditor, class Between>
auto disturb(Auditor& by, std::size_t after, Between const& between) -> bool {
  std::size_t slices = 0;
  bool disturbed = false;
  for (bool ended = false; !ended;) {
    ended = by.step(slice_ns);
    if (!ended && ++slices == after) {
      between();
      disturbed = true;
    }
  }
  return disturbed;
}

TEST_CASE("strangers: between any two slices of an audit, by every method") {
  another_process const other;
  auto const all = strangers(other);
  no_longer_than const limit{120};
  program const of;
  auto const memory = of.make_registry();
  for (auto const method : methods) {
    std::size_t after = 1;
    for (bool disturbed = true; disturbed; ++after) {
      CAPTURE(static_cast<int>(method));
      CAPTURE(after);
      auto const before = numbers_in_use();
      auto one = std::make_unique<auditor<decltype(of.make_registry())>>(
          memory, memscape::auditor_options{.best = method, .malloc_share = 0});
      std::vector<int> held;
      disturbed = disturb(*one, after, [&] {
        held = new_numbers(before);
        for (std::size_t i = 0; i < held.size(); ++i) {
          ::dup2(all[(after + i) % all.size()].descriptor, held[i]);
        }
      });
      if (!disturbed) break;
      REQUIRE(held.size() >= 1);
      CHECK(is_right(one->last()));
      one->audit();
      one.reset();
      for (std::size_t i = 0; i < held.size(); ++i) {
        CAPTURE(all[(after + i) % all.size()].what);
        CHECK(all[(after + i) % all.size()].is_untouched(held[i]));
        ::close(held[i]);
      }
      CHECK(new_numbers(before).empty());
    }
    CHECK((test_support::sanitized || after > 3));
  }
}

TEST_CASE("strangers: after every slice of an audit all is closed, and the audit ends") {
  for (auto const method : methods) {
    CAPTURE(static_cast<int>(method));
    auto const right = in_child([&] {
      no_longer_than const limit{60};
      program const of;
      auto const memory = of.make_registry();
      static auditor one{memory, {.best = method, .malloc_share = 0}};
      int slices = 0;
      while (!one.step(slice_ns)) {
        ::syscall(SYS_close_range, 3U, ~0U, 0U);
        int ends[2];
        for (int i = 0; i < 4; ++i) (void)!::pipe(ends);
        if (++slices > 100'000) return false;
      }
      return is_right(one.last());
    });
    CHECK(right == true);
  }
}

TEST_CASE("strangers: an audit in slices holds nothing where each call is to open its files") {
  program const of;
  auto const memory = of.make_registry();
  for (auto const method : methods) {
    CAPTURE(static_cast<int>(method));
    auto const before = numbers_in_use();
    auditor one{memory,
                {.best = method, .malloc_share = 0, .descriptors = descriptor_policy::per_call}};
    for (bool ended = false; !ended;) {
      ended = one.step(slice_ns);
      REQUIRE(new_numbers(before).empty());
    }
    CHECK(is_right(one.last()));
    auditor trusting{
        memory, {.best = method, .malloc_share = 0, .descriptors = descriptor_policy::trusted}};
    while (!trusting.step(slice_ns)) {
    }
    CHECK(is_right(trusting.last()));
  }
}

TEST_CASE("strangers: where fstat is denied an audit in slices reads no stranger, and is right") {
  for (auto const method : methods) {
    CAPTURE(static_cast<int>(method));
    struct seen {
      bool filtered;
      bool right;
      bool all_open;
    };
    auto const facts = in_child([&]() -> seen {
      no_longer_than const limit{60};
      another_process const other;
      auto const all = strangers(other);
      program const of;
      auto const memory = of.make_registry();
      static auditor one{memory, {.best = method, .malloc_share = 0}};
      auto const before = numbers_in_use();
      (void)one.step(slice_ns);
      auto const held = new_numbers(before);
      for (std::size_t i = 0; i < held.size(); ++i) ::dup2(all[i].descriptor, held[i]);
      if (!test_support::deny({SYS_fstat, SYS_newfstatat}, EPERM)) return {};
      while (!one.step(slice_ns)) {
      }
      seen now{true, is_right(one.last()), true};
      for (int const number : held) now.all_open = now.all_open && ::fcntl(number, F_GETFD) >= 0;
      return now;
    });
    REQUIRE(facts);
    if (!facts->filtered) {
      MESSAGE("skipped: no seccomp filter here");
      return;
    }
    CHECK(facts->right);
    CHECK(facts->all_open);
  }
}

TEST_CASE(
    "strangers: a process that gives up its rights between two slices is audited with what is "
    "left") {
  struct seen {
    bool gave_up;
    bool right;
    page_method method;
  };
  auto const facts = in_child([]() -> seen {
    no_longer_than const limit{60};
    program const of;
    auto const memory = of.make_registry();
    static auditor one{memory, {.malloc_share = 0}};
    (void)one.step(slice_ns);
    // Closed, and not to be opened any more: pagemap belongs to root where a process cannot be dumped.
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    bool const gave_up = ::geteuid() == 0 && ::setresuid(65534, 65534, 65534) == 0;
    if (!gave_up) return {};
    while (!one.step(slice_ns)) {
    }
    return {true, is_right(one.last()), one.last().method};
  });
  REQUIRE(facts);
  if (!facts->gave_up) {
    MESSAGE("skipped: root has rights to give up, and others have not");
    return;
  }
  CHECK(facts->right);
  CHECK(facts->method == page_method::mincore);
}

TEST_CASE("strangers: a measurement of one range goes on, and reads nothing that is not its own") {
  another_process const other;
  auto const all = strangers(other);
  no_longer_than const limit{60};
  // Several calls of 8 MiB each.
  region const memory{8000};
  memory.write(0, 7000);
  for (auto const method : methods) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(static_cast<int>(method));
      CAPTURE(all[i].what);
      auto const before = numbers_in_use();
      std::vector<int> held;
      {
        residency_meter meter{method};
        meter.begin({memory.at(0), memory.size()});
        while (!meter.step(1)) {
          if (held.empty()) held = new_numbers(before);
          for (int const number : held) ::dup2(all[i].descriptor, number);
        }
        CHECK(meter.result().resident == bytes{7000 * one_page});
      }
      for (int const number : held) {
        CHECK(all[i].is_untouched(number));
        ::close(number);
      }
    }
  }
}

TEST_CASE("strangers: a list of mappings goes on where it was, each mapping once") {
  // More than one buffer of text.
  auto* const around = static_cast<char*>(
      ::mmap(nullptr, 600 * one_page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  for (std::size_t i = 0; i < 600; i += 2) {
    ::mprotect(around + i * one_page, one_page, PROT_READ | PROT_WRITE);
  }
  // A sanitizer maps memory of its own meanwhile, also where it merges with the first of these and the last.
  auto const from =
      test_support::sanitized ? reinterpret_cast<std::uintptr_t>(around) + one_page : 0;
  auto const until = test_support::sanitized ? from + 598 * one_page : UINTPTR_MAX;
  auto const count = [=](bool with_counts, std::size_t lose_after) {
    struct seen {
      std::vector<std::uint64_t> begins{};
      std::uint64_t changes = 0;
      int why = 0;
    } now;
    // No allocation while it walks: a list that grows would be a mapping that changes.
    now.begins.reserve(100'000);
    auto const before = numbers_in_use();
    mapping_source source;
    REQUIRE(source.open(with_counts));
    auto const held = new_numbers(before);
    REQUIRE(held.size() == 1);
    std::size_t n = 0;
    while (auto const* const entry = source.next()) {
      if (++n == lose_after) ::close(held[0]);
      auto const begin = entry->map.begin;
      if (begin >= from && begin < until) now.begins.push_back(begin);
    }
    now.changes = source.changes();
    now.why = source.why();
    return now;
  };
  for (bool const with_counts : {false, true}) {
    CAPTURE(with_counts);
    // The vectors' own memory is mapped before what is compared.
    (void)count(with_counts, 0);
    auto const whole = count(with_counts, 0);
    CHECK(whole.begins.size() >= 598);
    for (std::size_t after = 1; after < whole.begins.size(); after += 41) {
      CAPTURE(after);
      auto const cut = count(with_counts, after);
      CHECK(cut.why == 0);
      CHECK(cut.changes == 0);
      CHECK(cut.begins == whole.begins);
    }
  }
  ::munmap(around, 600 * one_page);
}

}  // namespace
