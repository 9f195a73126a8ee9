// SPDX-License-Identifier: MIT
#include <memscape/ledger/ranges/known_ranges.hpp>

#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <random>
#include <type_traits>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::leaf;
using memscape::ledger_fault_kind;
using test_support::owner;

constexpr std::uint64_t top = 40'000 * 64;

/// More ranges than are kept in the object, of two sources that overlap, in no order.
struct many {
  many() {
    std::mt19937 random{7};
    for (std::uint64_t i = 1; i <= 19'000; ++i) first.push_back(at(i * 128, 32 + i % 64));
    for (std::uint64_t i = 1; i <= 9'000; ++i) second.push_back(at(i * 256 + 16, 200));
    std::shuffle(first.begin(), first.end(), random);
    std::shuffle(second.begin(), second.end(), random);
  }
  static auto at(std::uint64_t begin, std::size_t size) -> address_range {
    return {reinterpret_cast<void const*>(begin), size};
  }
  [[nodiscard]] auto make_registry() const {
    return memscape::registry{memscape::native_reader{}, leaf<"a">(owner{first}),
                              leaf<"b">(owner{second}), leaf<"none">(owner{})};
  }
  [[nodiscard]] auto make_registry_in_pieces() const {
    return memscape::registry{memscape::native_reader{}, leaf<"a">(owner{first}),
                              leaf<"b">(test_support::owner_in_pieces{&second}),
                              leaf<"none">(owner{})};
  }
  std::vector<address_range> first;
  std::vector<address_range> second;
};

struct told {
  std::uint64_t of_a = 0;
  std::uint64_t of_b = 0;
  std::uint64_t twice = 0;
  std::uint64_t claimed = 0;
  memscape::ledger_fault fault{};
  friend auto operator==(told const& x, told const& y) -> bool {
    return x.of_a == y.of_a && x.of_b == y.of_b && x.twice == y.twice && x.claimed == y.claimed;
  }
};

template <class Registry>
auto walk(Registry const& memory, std::uint64_t at_most) -> told {
  memscape::known_ranges<Registry> known{memory};
  memscape::ledger<typename Registry::layout> ledger;
  known.begin(4096, memscape::quality::exact, at_most);
  while (!known.prepare(ledger)) {
  }
  told sum;
  for (std::uint64_t at = 0; at < top;) {
    known.move_to(ledger, at);
    auto const piece = known.owner_at(at);
    auto const until = std::min({piece.until, known.limit(), top});
    if (piece.owner == 0) sum.of_a += until - at;
    if (piece.owner == 1) sum.of_b += until - at;
    if (piece.claim_window > 1) sum.twice += until - at;
    at = until;
  }
  sum.claimed =
      ledger.template at<"a">().claimed.value() + ledger.template at<"b">().claimed.value();
  if (!ledger.faults.empty()) sum.fault = *ledger.faults.begin();
  while (!known.give_back()) {
  }
  return sum;
}

// Byte by byte, as nobody would do it.
auto expected(many const& of) -> told {
  std::vector<unsigned char> owners(top);
  told sum;
  for (auto const& one : of.first) {
    auto const begin = reinterpret_cast<std::uintptr_t>(one.begin);
    for (auto i = begin; i < begin + one.size; ++i) owners[i] |= 1U;
    sum.claimed += one.size;
  }
  for (auto const& one : of.second) {
    auto const begin = reinterpret_cast<std::uintptr_t>(one.begin);
    for (auto i = begin; i < begin + one.size; ++i) owners[i] |= 2U;
    sum.claimed += one.size;
  }
  for (auto const owner : owners) {
    sum.of_a += owner & 1U;
    sum.of_b += owner == 2;
    sum.twice += owner == 3;
  }
  return sum;
}

// In a child: large blocks that are freed change from when on malloc maps them, which other tests measure.
struct all_ways {
  told right;
  told in_memory;
  told in_windows;
  told in_pieces;
};

TEST_CASE(
    "known_ranges: many ranges, in memory of their own and in windows, say what each byte says") {
  auto const found = test_support::in_child([]() -> all_ways {
    many const of;
    auto const memory = of.make_registry();
    return {expected(of), walk(memory, UINT64_MAX), walk(memory, 1000),
            walk(of.make_registry_in_pieces(), UINT64_MAX)};
  });
  REQUIRE(found);
  CHECK(found->right.of_b > 0);
  CHECK(found->in_memory == found->right);
  CHECK(found->in_memory.fault == memscape::ledger_fault{});
  CHECK(found->in_pieces == found->right);
  CHECK(found->in_windows == found->right);
  CHECK(found->in_windows.fault == memscape::ledger_fault{ledger_fault_kind::range_memory, 0});
}

TEST_CASE(
    "known_ranges: where the kernel gives no memory the windows serve, and the errno is told") {
  auto const denied = test_support::in_child([] {
    many const of;
    auto const memory = of.make_registry();
    auto const right = expected(of);
    if (!test_support::deny({SYS_mmap}, EPERM)) return true;
    auto const got = walk(memory, UINT64_MAX);
    return got == right &&
           got.fault == memscape::ledger_fault{ledger_fault_kind::range_memory, EPERM};
  });
  CHECK(denied == true);
}

/// Says how often it was asked.
struct counting {
  std::vector<address_range> const* owned;
  int* times;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
  void ranges(Visit visit) const noexcept {
    ++*times;
    for (auto const& one : *owned) visit(one);
  }
};

TEST_CASE("known_ranges: however many there are, sources are asked twice") {
  struct seen {
    int times;
    int steps;
    bool whole;
  };
  auto const found = test_support::in_child([]() -> seen {
    many const of;
    int times = 0;
    memscape::registry const memory{memscape::native_reader{},
                                    leaf<"a">(counting{&of.first, &times})};
    memscape::ledger<decltype(memory)::layout> ledger;
    memscape::known_ranges<std::remove_const_t<decltype(memory)>> known{memory};
    known.begin(4096, memscape::quality::exact);
    int steps = 0;
    for (; !known.prepare(ledger); ++steps) {
    }
    return {times, steps, known.limit() == UINT64_MAX};
  });
  REQUIRE(found);
  CHECK(found->times == 2);
  // Taking memory, filling and sorting are many steps.
  CHECK(found->steps > 10);
  CHECK(found->whole);
}

TEST_CASE("known_ranges: ranges that change between two pieces are told") {
  struct seen {
    bool quiet;
    bool changed_meanwhile;
    bool changed_between;
    bool few_quiet;
    bool few_changed;
  };
  auto const found = test_support::in_child([]() -> seen {
    many of;
    memscape::registry const memory{memscape::native_reader{},
                                    leaf<"a">(test_support::owner_in_pieces{&of.second})};
    memscape::known_ranges<std::remove_const_t<decltype(memory)>> known{memory};
    // Which step drops the source's first range, with a pause behind each.
    auto const differ = [&](int at_step) {
      memscape::ledger<decltype(memory)::layout> ledger;
      known.begin(4096, memscape::quality::exact);
      for (int step = 0; !known.prepare(ledger); ++step) {
        known.pause();
        if (step == at_step) of.second.erase(of.second.begin());
      }
      return known.differ();
    };
    seen got{};
    got.quiet = differ(-1);
    got.changed_meanwhile = differ(1);
    // The first pass has come to its end in step 4, and the second not to its begin.
    got.changed_between = differ(5);
    of.second.clear();
    // Side by side they are one, however many pieces it took to find that out.
    for (std::uint64_t i = 1; i <= 9'000; ++i) of.second.push_back(many::at(i * 64, 64));
    got.few_quiet = differ(-1);
    got.few_changed = differ(1);
    return got;
  });
  REQUIRE(found);
  CHECK_FALSE(found->quiet);
  CHECK(found->changed_meanwhile);
  CHECK_MESSAGE(found->changed_between, "which of the two saw all is not known");
  CHECK_FALSE(found->few_quiet);
  CHECK(found->few_changed);
}

}  // namespace
