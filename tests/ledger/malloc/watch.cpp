// SPDX-License-Identifier: MIT
#include <memscape/ledger/malloc/watch.hpp>

#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <optional>

#include "ledger/second_thread.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::malloc_account;
using memscape::quality;

constexpr std::uint64_t ms = 1'000'000;

// A C library whose answers take a while, and a clock that it moves.
struct library {
  static inline std::uint64_t now = 0;
  static inline std::uint64_t cost = 0;
  static inline std::uint64_t asked = 0;
  static inline bool is_mute = false;

  static auto ask() noexcept -> std::optional<malloc_account> {
    now += cost;
    ++asked;
    if (is_mute) return std::nullopt;
    return malloc_account{.in_use = bytes{asked}};
  }
  static void restart(std::uint64_t with_cost) {
    now = 5 * ms;
    cost = with_cost;
    asked = 0;
    is_mute = false;
  }
};
struct library_clock {
  [[nodiscard]] static auto now_ns() noexcept -> std::uint64_t { return library::now; }
};
auto watch(std::uint32_t share = 100) -> memscape::malloc_watch<library_clock> {
  return memscape::malloc_watch<library_clock>{share, library::ask};
}

TEST_CASE(
    "malloc_watch: an answer that took long stands for a hundred times as long, with its age") {
  library::restart(3 * ms);
  auto malloc = watch();
  auto const first = malloc.read();
  REQUIRE(first);
  CHECK(first->in_use == bytes{1});
  CHECK(first->worth == quality::exact);
  CHECK(first->age_ms == 0);
  library::now += 200 * ms;
  auto const second = malloc.read();
  REQUIRE(second);
  CHECK(second->in_use == bytes{1});
  CHECK(second->worth == quality::stale);
  CHECK_MESSAGE(second->age_ms == 203, "since it was asked");
  library::now += 96 * ms;
  CHECK(malloc.read()->age_ms == 299);
  library::now += ms;
  auto const third = malloc.read();
  CHECK(third->in_use == bytes{2});
  CHECK(third->worth == quality::exact);
  CHECK(third->age_ms == 0);
}

TEST_CASE("malloc_watch: what costs nothing is asked each time, and so it is on demand") {
  library::restart(0);
  auto malloc = watch();
  for (std::uint64_t i = 1; i < 4; ++i) CHECK(malloc.read()->in_use == bytes{i});
  library::restart(3 * ms);
  auto eager = watch(0);
  for (std::uint64_t i = 1; i < 4; ++i) CHECK(eager.read()->worth == quality::exact);
  CHECK(library::asked == 3);
}

TEST_CASE("malloc_watch: a library that says nothing has no old answer either") {
  library::restart(3 * ms);
  auto malloc = watch();
  library::is_mute = true;
  CHECK_FALSE(malloc.read());
  library::is_mute = false;
  CHECK(malloc.read()->worth == quality::exact);
}

TEST_CASE("malloc_watch: a child of fork does not repeat its parent's answer") {
  library::restart(3 * ms);
  auto malloc = watch();
  (void)malloc.read();
  auto const good = test_support::in_child([&] {
    auto const own = malloc.read();
    return own->in_use == bytes{2} && own->worth == quality::exact && own->age_ms == 0;
  });
  CHECK(good == true);
  CHECK(malloc.read()->worth == quality::stale);
}

TEST_CASE("malloc_watch: nor does a child that has its parent's number") {
  // By fork(3), which leaves malloc's locks to be taken, whatever threads there have been.
  auto const good = test_support::as_process_one<test_support::fork_by_libc>([](auto inner) {
    library::restart(3 * ms);
    auto malloc = watch();
    if (!malloc.read()) return false;
    auto const of_the_child = [&] {
      auto const own = malloc.read();
      return own && own->worth == quality::exact;
    };
    return test_support::in_child(of_the_child, inner).value_or(false);
  });
  if (!good) {
    MESSAGE("skipped: this process may make no PID namespace");
    return;
  }
  CHECK(*good);
}

TEST_CASE("malloc_watch: a copy of many threads that fork did not make is not asked") {
  library::restart(0);
  auto malloc = watch();
  test_support::second_thread const other;
  for (auto const fork : {test_support::fork_by_system_call, test_support::fork_by_libc_alone}) {
    auto const good = test_support::in_child(
        [&] { return !malloc.read() && malloc.why() == EDEADLK && library::asked == 0; }, fork);
    CHECK(good == true);
  }
  CHECK(test_support::in_child([&] { return malloc.read() && malloc.why() == 0; }) == true);
  CHECK(malloc.read());
}

TEST_CASE("malloc_watch: a share of everything never ends the wait, and does not wrap") {
  library::restart(std::uint64_t{1} << 40U);
  auto malloc = watch(UINT32_MAX);
  (void)malloc.read();
  library::now += std::uint64_t{1} << 62U;
  CHECK(malloc.read()->worth == quality::stale);
}

TEST_CASE("malloc_watch: by default asks this process's own") {
  auto const told = memscape::malloc_watch<>{100}.read();
  REQUIRE(told);
  CHECK(told->worth == quality::exact);
}

TEST_CASE(
    "malloc_watch: where the clock went back, how old an answer is is not known: it is asked "
    "anew") {
  library::restart(3 * ms);
  auto malloc = watch();
  (void)malloc.read();
  library::now = ms;
  auto const second = malloc.read();
  REQUIRE(second);
  CHECK(second->in_use == bytes{2});
  CHECK(second->worth == quality::exact);
  CHECK(second->age_ms == 0);
}

}  // namespace
