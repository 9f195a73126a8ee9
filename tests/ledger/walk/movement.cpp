// SPDX-License-Identifier: MIT
#include <memscape/ledger/walk/movement.hpp>

#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <doctest/doctest.h>
#include <thread>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::count;
using memscape::page_fault_watch;
using test_support::one_page;
using test_support::region;

TEST_CASE("movement: page faults of others are told, and not those of the one that looks") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's shadow comes in when memory is used for the first time");
    return;
  }
  region const memory{300};
  page_fault_watch watch;
  watch.begin();
  CHECK(watch.others() == count{0});
  watch.enter();
  memory.write(0, 100);
  CHECK(watch.others() == count{0});
  watch.leave();
  // Between two slices the same thread is another.
  memory.write(100, 150);
  watch.enter();
  CHECK(watch.others() == count{50});
  watch.begin();
  std::thread{[&] { memory.write(150, 300); }}.join();
  // A new thread brings its stack in, too.
  CHECK(watch.others() >= count{150});
  CHECK(watch.why() == 0);
}

TEST_CASE("movement: where the kernel does not count, nothing is known, and why") {
  struct seen {
    bool filtered;
    bool known;
    int why;
  };
  auto const facts = test_support::in_child([]() -> seen {
    if (!test_support::deny({SYS_getrusage}, EPERM)) return {};
    page_fault_watch watch;
    watch.begin();
    bool const known = watch.others().has_value();
    return {true, known, watch.why()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->known);
  CHECK(facts->why == EPERM);
}

TEST_CASE("movement: a second thread is one more") {
  auto const alone = test_support::in_child([] { return memscape::has_one_thread(); });
  bool beside = true;
  std::thread{[&] { beside = memscape::has_one_thread(); }}.join();
  CHECK_FALSE(beside);
  // A sanitizer has a thread of its own, which fork leaves behind.
  CHECK((alone == true || test_support::sanitized));
}

struct no_tree {
  static constexpr std::size_t size = 1;
};
using ledger = memscape::ledger<no_tree>;
using memscape::bytes;
using memscape::ledger_fault_kind;

TEST_CASE("movement: what was touched is in RAM, and what it holds stays") {
  region const memory{3};
  memory.at(1)[5] = 7;
  memscape::touch(memory.at(0) + 10, 2 * one_page, one_page);
  memscape::touch(nullptr, 0, one_page);
  unsigned char in_core[3]{};
  REQUIRE(::mincore(memory.at(0), memory.size(), in_core) == 0);
  CHECK((in_core[0] & in_core[1] & in_core[2] & 1) == 1);
  CHECK(memory.at(1)[5] == 7);
}

TEST_CASE("movement: RSS tells what went, and one thread in one go has no list to read again") {
  auto const good = test_support::in_child([] {
    bool right = false;
    // Twice: a child brings in its code when it runs for the first time.
    for (int i = 0; i < 2; ++i) {
      ledger of;
      of.rss_before = bytes{5000};
      of.rss = bytes{5000};
      memscape::movement moves;
      moves.begin();
      bool const quiet = !moves.judge(of) && of.faults.empty();
      // Between two slices the program ran.
      of.slices = 1;
      bool const asks = moves.judge(of) && of.faults.empty();
      of.rss = bytes{4000};
      bool const told = !moves.judge(of) && of.faults.has(ledger_fault_kind::moved);
      right = quiet && asks && told;
    }
    return right;
  });
  CHECK((good == true || test_support::sanitized));
}

TEST_CASE("movement: a list that differs is a movement, and one that cannot be read is unknown") {
  ledger of;
  memscape::movement::judge(of, false, 0);
  CHECK(of.faults.empty());
  memscape::movement::judge(of, true, EMFILE);
  CHECK_FALSE(of.faults.has(ledger_fault_kind::moved));
  CHECK(*of.faults.begin() == memscape::ledger_fault{ledger_fault_kind::moves_unknown, EMFILE});
  memscape::movement::judge(of, true, 0);
  CHECK(of.faults.has(ledger_fault_kind::moved));
}

TEST_CASE("movement: a sum that is not RSS is a movement, where no list is missing") {
  for (bool const beyond : {false, true}) {
    ledger of;
    of.unexplained = of.closure_error = bytes{};
    memscape::movement::judge_sum(of);
    CHECK(of.faults.empty());
    (beyond ? of.closure_error : of.unexplained) = bytes{4096};
    auto known = of;
    memscape::movement::judge_sum(of);
    CHECK(*of.faults.begin() == memscape::ledger_fault{ledger_fault_kind::moved, 0});
    for (auto const kind : {ledger_fault_kind::maps, ledger_fault_kind::maps_cut}) {
      auto missing = known;
      missing.faults.add(kind, ENOENT);
      memscape::movement::judge_sum(missing);
      CHECK_FALSE(missing.faults.has(ledger_fault_kind::moved));
    }
  }
  ledger no_rss;
  memscape::movement::judge_sum(no_rss);
  CHECK(no_rss.faults.empty());
}

}  // namespace
