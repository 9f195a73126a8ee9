// SPDX-License-Identifier: MIT
// What malloc's arenas have from the system, against what is found of it: mallinfo2(3) and smaps say the same.
#include <memscape/ledger/malloc/arena_balance.hpp>

#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/auditor.hpp>
#include <memscape/memscape.hpp>
#include <optional>
#include <random>
#include <thread>
#include <vector>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::arena_balance;
using memscape::arena_memory;
using memscape::bytes;
using memscape::cause;
using memscape::ledger_fault_kind;
using memscape::page_method;
using memscape::quality;
using test_support::mebibyte;
using test_support::one_page;
using test_support::written_block;

constexpr bytes mib{mebibyte};

TEST_CASE("arena_balance: what malloc has and was not found is missing, beyond it is foreign") {
  arena_balance balance;
  balance.weigh(mib * 20, {.below_break = mib * 4, .named_heap = mib * 4, .heaps = mib * 6}, false);
  CHECK(balance.missing() == mib * 10);
  CHECK(balance.foreign() == bytes{});
  balance.weigh(mib * 10, {.below_break = mib * 4, .named_heap = mib * 4, .heaps = mib * 6}, false);
  CHECK(balance.missing() == bytes{});
  CHECK(balance.foreign() == bytes{});
  balance.weigh(mib * 8, {.below_break = mib * 4, .named_heap = mib * 4, .heaps = mib * 6}, false);
  CHECK(balance.missing() == bytes{});
  CHECK(balance.foreign() == mib * 2);
  // A neighbour that the kernel merged with the heap, and that keeps the break from growing.
  balance.weigh(mib * 9, {.below_break = mib * 4, .named_heap = mib * 6}, false);
  CHECK(balance.missing() == mib * 5);
  CHECK(balance.foreign() == mib * 2);
  balance.weigh(mib * 9, {.below_break = mib * 4, .named_heap = mib * 4, .doubtful = mib * 5},
                false);
  CHECK(balance.missing() == bytes{});
}

TEST_CASE(
    "arena_balance: while memory moves, what is missing in sixteen audits in a row is missing") {
  arena_balance balance;
  arena_memory const found{.below_break = mib, .heaps_mapped = mib * 2, .heap_count = 1};
  for (int i = 0; i < 15; ++i) {
    balance.weigh(mib * 9, found, true);
    CHECK(balance.missing() == bytes{});
  }
  auto other = found;
  other.heap_count = 2;
  for (int i = 0; i < 15; ++i) {
    balance.weigh(mib * 9, other, true);
    CHECK_MESSAGE(balance.missing() == bytes{}, "a heap came: it begins anew");
  }
  balance.weigh(mib * 7, other, true);
  CHECK_MESSAGE(balance.missing() == mib * 4, "the least of them");
  balance.weigh(mib * 3, other, true);
  CHECK_MESSAGE(balance.missing() == bytes{}, "nothing any longer");
}

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
auto make_empty() {
  return memscape::registry{memscape::native_reader{}, memscape::leaf<"none">(nothing{})};
}
using auditor_type = memscape::auditor<decltype(make_empty())>;

auto auditor_of(page_method method = page_method::scan) -> auditor_type& {
  static auto const memory = make_empty();
  static auditor_type by_scan{memory, {.malloc_share = 0}};
  static auditor_type by_smaps{memory, {.best = page_method::mincore, .malloc_share = 0}};
  return method == page_method::scan ? by_scan : by_smaps;
}

template <class Ledger>
auto missing_kib(Ledger const& ledger) -> std::int64_t {
  for (auto const fault : ledger.faults) {
    if (fault.kind == ledger_fault_kind::malloc_arena) return fault.code;
  }
  return 0;
}

// What the kernel names [heap]. Units: KiB.
auto named_heap_kib() -> std::int64_t {
  auto* const file = std::fopen("/proc/self/smaps", "re");
  char line[512];
  std::int64_t sum = 0;
  bool inside = false;
  while (std::fgets(line, sizeof line, file) != nullptr) {
    unsigned long long begin = 0;
    unsigned long long end = 0;
    if (std::sscanf(line, "%llx-%llx ", &begin, &end) == 2) {
      inside = std::strstr(line, "[heap]") != nullptr;
    } else if (inside && std::strncmp(line, "Size:", 5) == 0) {
      sum += std::strtoll(line + 5, nullptr, 10);
    }
  }
  std::fclose(file);
  return sum;
}

// What the arenas have outside of it. Units: KiB.
auto elsewhere_kib() -> std::int64_t {
  return static_cast<std::int64_t>(::mallinfo2().arena / 1024) - named_heap_kib();
}

// Ends where the program break may grow to.
void wall_off_the_break() {
  auto const end = reinterpret_cast<std::uintptr_t>(::sbrk(0));
  auto const beyond = (end + one_page - 1) / one_page * one_page + 16 * one_page;
  (void)::mmap(reinterpret_cast<void*>(beyond), one_page, PROT_NONE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
}

struct beside_a_wall {
  std::int64_t told = 0, witness = 0, stale = 0;
  std::uint64_t anonymous = 0;
  bool qualities = false;
};

TEST_CASE("arena_balance: a main arena that cannot grow goes on elsewhere, and that is a fault") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const made = test_support::in_child([method] {
      auto& auditor = auditor_of(method);
      auto const before = test_support::quiet_audit(auditor);
      auto const in_other_arenas = elsewhere_kib();
      wall_off_the_break();
      for (int i = 0; i < 20'000; ++i) (void)written_block(1000);
      auto const& after = test_support::quiet_audit(auditor);
      beside_a_wall told;
      told.told = missing_kib(after);
      told.witness = elsewhere_kib() - in_other_arenas;
      told.anonymous =
          (after.at(cause::anonymous).resident - before.at(cause::anonymous).resident).value();
      told.qualities = missing_kib(before) == 0 &&
                       after.at(cause::anonymous).worth == quality::upper_bound &&
                       after.at(cause::malloc_heap).worth == quality::estimate;
      return told;
    });
    REQUIRE(made);
    CHECK(made->witness > 18 * 1024);
    CHECK(made->told >= made->witness - 8);
    CHECK(made->told <= made->witness + 8);
    CHECK(made->anonymous > 18 * mebibyte);
    CHECK(made->qualities);
  }
}

TEST_CASE("arena_balance: between two answers of malloc's the last one holds") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    static auto const memory = make_empty();
    static std::optional<auditor_type> seldom;
    wall_off_the_break();
    for (int i = 0; i < 20'000; ++i) (void)written_block(1000);
    // It asks malloc once, and nothing may move in that audit.
    std::int64_t first = 0;
    for (int i = 0; i < 100 && first == 0; ++i) {
      seldom.emplace(memory, memscape::auditor_options{.malloc_share = 4'000'000'000U});
      first = missing_kib(seldom->audit());
    }
    (void)seldom->audit();
    return first > 18 * 1024 && seldom->last().malloc->worth == quality::stale &&
           missing_kib(seldom->last()) == first;
  });
  CHECK(good == true);
}

TEST_CASE("arena_balance: it is told also where memory moves in each audit") {
  if (test_support::sanitized) return;
  auto const good = test_support::in_child([] {
    auto& auditor = auditor_of();
    wall_off_the_break();
    for (int i = 0; i < 20'000; ++i) (void)written_block(1000);
    for (int i = 0; i < 20; ++i) {
      test_support::region const memory{64};
      std::size_t page = 0;
      while (!auditor.step(0)) memory.write(page, page + 1), page = (page + 1) % 64;
      if (!auditor.last().faults.has(ledger_fault_kind::moved)) return true;
    }
    return missing_kib(auditor.last()) > 18 * 1024;
  });
  CHECK(good == true);
}

TEST_CASE("arena_balance: memory below the break that is not malloc's makes the heap a bound") {
  if (test_support::sanitized) return;
  for (auto const method : {page_method::scan, page_method::mincore}) {
    auto const good = test_support::in_child([method] {
      auto& auditor = auditor_of(method);
      auto const before = test_support::quiet_audit(auditor);
      void* const own = ::sbrk(4 * mebibyte);
      std::memset(own, 1, 4 * mebibyte);
      auto const& after = test_support::quiet_audit(auditor);
      auto const grown =
          after.at(cause::malloc_heap).resident - before.at(cause::malloc_heap).resident;
      return before.at(cause::malloc_heap).worth == quality::exact &&
             after.at(cause::malloc_heap).worth == quality::upper_bound &&
             grown >= bytes{4 * mebibyte} && missing_kib(after) == 0;
    });
    CHECK(good == true);
  }
}

// Allocates and frees at random, as a thread of a program does.
class user {
 public:
  explicit user(unsigned seed) : random_{seed} {}

  void change() {
    switch (below(12)) {
      case 0: (void)::malloc_trim(below(2) * 100'000); break;
      case 1: (void)::mallopt(M_TRIM_THRESHOLD, static_cast<int>(below(16) << 16U)); break;
      case 2: (void)::mallopt(M_MMAP_THRESHOLD, static_cast<int>(4096 << below(12))); break;
      case 3: (void)::mallopt(M_TOP_PAD, static_cast<int>(below(8) << 17U)); break;
      case 4: return fill(1 + below(6), 16 + below(2 * mebibyte));
      case 5: return fill(1 + below(3'000), 16 + below(1500));
      case 6: return drop(held_.size());
      case 7: return drop(held_.size() / 2);
      default: return fill(1 + below(100), 16 + below(60'000));
    }
  }
  void drop(std::size_t n) {
    for (; n > 0; --n) {
      std::swap(held_[below(held_.size())], held_.back());
      std::free(held_.back());
      held_.pop_back();
    }
  }
  void drop_all() { drop(held_.size()); }

 private:
  auto below(std::size_t n) -> std::size_t {
    return std::uniform_int_distribution<std::size_t>{0, n - 1}(random_);
  }
  void fill(std::size_t n, std::size_t size) {
    for (; n > 0; --n) held_.push_back(written_block(size));
    if (held_.size() > 6'000) drop(held_.size() - 3'000);
  }

  std::mt19937 random_;
  std::vector<void*> held_{};
};

struct ordinary {
  int faults = 0;
  int audits = 0;
  int not_exact = 0;  // of malloc's heap, while nothing moved
};

auto run_quietly(unsigned seed) -> ordinary {
  auto& auditor = auditor_of();
  user main_user{seed};
  ordinary made;
  for (int round = 0; round < 25; ++round) {
    // Each on its own, in one arena of several.
    if (round % 3 == 0) {
      std::thread{[&, round] {
        user other{seed * 100 + static_cast<unsigned>(round)};
        for (int i = 0; i < 5; ++i) other.change();
        if (round % 2 == 0) other.drop_all();
      }}.join();
    }
    for (int i = 0; i < 4; ++i) main_user.change();
    auto const& ledger = auditor.audit();
    ++made.audits;
    if (missing_kib(ledger) != 0) ++made.faults;
    bool const moved = ledger.faults.has(ledger_fault_kind::moved);
    if (!moved && ledger.at(cause::malloc_heap).worth != quality::exact) ++made.not_exact;
  }
  return made;
}

auto run_busily(unsigned seed) -> ordinary {
  auto& auditor = auditor_of();
  std::atomic<bool> over{false};
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < 3; ++i) {
    threads.emplace_back([&over, seed, i] {
      user other{seed * 10 + i};
      while (!over) other.change();
    });
  }
  user main_user{seed};
  ordinary made;
  for (int round = 0; round < 20; ++round) {
    while (!auditor.step(2'000'000)) main_user.change();
    ++made.audits;
    if (missing_kib(auditor.last()) != 0) ++made.faults;
  }
  over = true;
  for (auto& one : threads) one.join();
  return made;
}

TEST_CASE("arena_balance: no fault where malloc does what it does in ordinary programs") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer has a malloc of its own");
    return;
  }
  int audits = 0;
  for (unsigned seed = 0; seed < 8; ++seed) {
    CAPTURE(seed);
    auto const quiet = test_support::in_child([seed] { return run_quietly(seed); });
    REQUIRE(quiet);
    CHECK(quiet->faults == 0);
    CHECK(quiet->not_exact == 0);
    auto const busy = test_support::in_child([seed] { return run_busily(seed); });
    REQUIRE(busy);
    CHECK(busy->faults == 0);
    audits += quiet->audits + busy->audits;
  }
  CHECK(audits > 300);
}

}  // namespace
