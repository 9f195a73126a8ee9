// SPDX-License-Identifier: MIT
// Programs that close what they did not open: the number of each file that a reader holds then names a file of
// the program's. Own numbers, and nothing of the program's is read, waited for or closed.
#include "readers/strangers.hpp"

#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/readers/extended.hpp>
#include <memscape/readers/linux.hpp>
#include <optional>
#include <string>
#include <vector>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::descriptor_policy;
using memscape::extended_memory;
using memscape::extended_reader;
using memscape::limits_reader;
using memscape::linux_reader;
using test_support::another_process;
using test_support::fake_root;
using test_support::in_child;
using test_support::mebibyte;
using test_support::new_numbers;
using test_support::no_longer_than;
using test_support::numbers_in_use;
using test_support::occupied;
using test_support::stranger;
using test_support::strangers;

struct hand_clock {
  std::uint64_t* now;
  [[nodiscard]] auto now_ns() const noexcept -> std::uint64_t { return *now; }
  [[nodiscard]] auto coarse_ns() const noexcept -> std::uint64_t { return *now; }
};

using reader = extended_reader<linux_reader, hand_clock>;

[[nodiscard]] auto make_reader(std::uint64_t& now, descriptor_policy policy) -> reader {
  return reader{linux_reader{{.descriptors = policy}},
                {.status_ms = 1,
                 .rollup_ms = 1,
                 .limits_ms = 1,
                 .walk_ms = 0,
                 .rollup_share = 0,
                 .descriptors = policy},
                hand_clock{&now}};
}

// What stands still in a process that does, or moves by little.
[[nodiscard]] auto is_own(extended_memory const& told, extended_memory const& own) -> bool {
  auto const near = [](std::optional<bytes> a, std::optional<bytes> b) {
    auto const apart = a && b ? (*a - *b) + (*b - *a) : bytes{UINT64_MAX};
    return a.has_value() == b.has_value() && (!a || apart.value() < 16 * mebibyte);
  };
  auto const& a = told.limits;
  auto const& b = own.limits;
  return near(told.rss, own.rss) && near(told.vms, own.vms) && near(told.data, own.data) &&
         near(told.rss_anon, own.rss_anon) && near(told.rss_file, own.rss_file) &&
         told.threads == own.threads && near(told.page_tables, own.page_tables) &&
         near(told.peak_rss_since_exec, own.peak_rss_since_exec) && near(told.pss, own.pss) &&
         near(told.uss, own.uss) && a.kind == b.kind && a.limit == b.limit &&
         a.cgroup_limit == b.cgroup_limit && a.cgroup_high == b.cgroup_high &&
         a.cgroup_limit_hits == b.cgroup_limit_hits && a.oom_kills == b.oom_kills &&
         a.ram_total == b.ram_total &&
         a.cgroup_current.has_value() == b.cgroup_current.has_value() &&
         a.ram_available.has_value() == b.ram_available.has_value() && told.errors == own.errors &&
         told.detail_errors == own.detail_errors;
}

TEST_CASE("strangers: on the number of each file of every reader, one by one") {
  another_process const other;
  auto const all = strangers(other);
  no_longer_than const limit{60};
  std::uint64_t now = 1'000'000'000;
  auto const own = make_reader(now, descriptor_policy::per_call).read();
  REQUIRE(own.rss);
  REQUIRE(own.rss_anon);
  std::size_t files = 1;
  for (std::size_t which = 0; which < files; ++which) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      CAPTURE(which);
      CAPTURE(all[i].what);
      auto const before = numbers_in_use();
      auto one = std::make_optional<reader>(make_reader(now, descriptor_policy::checked));
      (void)one->read();
      auto const held = new_numbers(before);
      files = held.size();
      REQUIRE(files >= 4);
      occupied const taken{all, i, {held[which]}};
      now += 1'000'000'000;
      CHECK(is_own(one->read(), own));
      now += 1'000'000'000;
      CHECK(is_own(one->read(), own));
      CHECK(taken.touched() == "");
      one.reset();
      CHECK(taken.touched() == "");
      CHECK(new_numbers(before) == std::vector<int>{held[which]});
    }
  }
}

TEST_CASE("strangers: on all numbers at once, as behind close_range in a daemon") {
  auto const facts = in_child([] {
    struct seen {
      bool own = true;
      bool untouched = true;
    } now;
    no_longer_than const limit{60};
    std::uint64_t clock = 1'000'000'000;
    auto const own = make_reader(clock, descriptor_policy::per_call).read();
    another_process const other;
    for (std::size_t first = 0; first < 30; ++first) {
      auto one = std::make_optional<reader>(make_reader(clock, descriptor_policy::checked));
      (void)one->read();
      ::syscall(SYS_close_range, 3U, ~0U, 0U);
      auto const all = strangers(other);
      // Every number from 3 on, so that each of the old ones is somebody else's.
      std::vector<int> numbers;
      for (int number = 100; number < 140; ++number) numbers.push_back(number);
      occupied const far{all, first, numbers};
      clock += 1'000'000'000;
      now.own = now.own && is_own(one->read(), own);
      clock += 1'000'000'000;
      now.own = now.own && is_own(one->read(), own);
      one.reset();
      for (auto const& each : all)
        now.untouched = now.untouched && each.is_untouched(each.descriptor);
      now.untouched = now.untouched && far.touched().empty();
    }
    return now;
  });
  REQUIRE(facts);
  CHECK(facts->own);
  CHECK(facts->untouched);
}

TEST_CASE("strangers: on the numbers of a group's files, in both versions") {
  another_process const other;
  auto const all = strangers(other);
  no_longer_than const limit{60};
  for (bool const is_v2 : {true, false}) {
    fake_root root;
    root.put("proc/meminfo", "MemTotal: 4000 kB\nMemFree: 1000 kB\nMemAvailable: 2000 kB\n");
    if (is_v2) {
      root.put("proc/self/cgroup", "0::/app\n");
      root.put("proc/self/mountinfo", "31 24 0:27 / /cg rw - cgroup2 cgroup2 rw\n");
      root.put("cg/app/memory.max", "2000000\n");
      root.put("cg/app/memory.current", "1000000\n");
      root.put("cg/app/memory.stat", "anon 1\ninactive_file 9\nactive_file 8\n");
      root.put("cg/app/memory.high", "1500000\n");
      root.put("cg/app/memory.events", "low 0\nhigh 0\nmax 3\noom 0\noom_kill 1\n");
      root.put("cg/app/memory.pressure",
               "some avg10=1.00 avg60=0.00 avg300=0.00 total=5\n"
               "full avg10=0.50 avg60=0.00 avg300=0.00 total=2\n");
    } else {
      root.put("proc/self/cgroup", "4:memory:/app\n");
      root.put("proc/self/mountinfo", "31 24 0:27 / /cg rw - cgroup cgroup rw,memory\n");
      root.put("cg/app/memory.limit_in_bytes", "2000000\n");
      root.put("cg/app/memory.usage_in_bytes", "1000000\n");
      root.put("cg/app/memory.stat", "total_inactive_file 9\ntotal_active_file 8\n");
      root.put("cg/app/memory.failcnt", "3\n");
      root.put("cg/app/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\noom_kill 1\n");
    }
    auto const read = [](limits_reader& from) {
      struct {
        memscape::memory_limits limits;
        memscape::read_errors errors;
      } told{};
      from.read({.rss = bytes{1000}, .vms = bytes{2000}}, told.limits, told.errors);
      return told;
    };
    std::size_t files = 1;
    for (std::size_t which = 0; which < files; ++which) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        CAPTURE(is_v2);
        CAPTURE(which);
        CAPTURE(all[i].what);
        auto const before = numbers_in_use();
        auto one = std::make_optional<limits_reader>(memscape::limits_options{.root = root.path()});
        auto const own = read(*one);
        REQUIRE(own.limits.cgroup_limit == bytes{2'000'000});
        REQUIRE(own.limits.cgroup_limit_hits == memscape::count{3});
        auto const held = new_numbers(before);
        files = held.size();
        REQUIRE(files >= 5);
        occupied const taken{all, i, {held[which]}};
        for (int again = 0; again < 2; ++again) {
          auto const told = read(*one);
          CHECK(told.limits == own.limits);
          CHECK(told.errors.empty());
        }
        one.reset();
        CHECK(taken.touched() == "");
      }
    }
  }
}

TEST_CASE("strangers: after a fork the child's are as little read as the parent's") {
  another_process const other;
  auto const all = strangers(other);
  no_longer_than const limit{60};
  std::uint64_t clock = 1'000'000'000;
  auto const before = numbers_in_use();
  auto one = make_reader(clock, descriptor_policy::checked);
  (void)one.read();
  auto const held = new_numbers(before);
  for (std::size_t i = 0; i < all.size(); ++i) {
    CAPTURE(all[i].what);
    auto const facts = in_child([&] {
      struct seen {
        bool own;
        bool untouched;
      };
      occupied const taken{all, i, held};
      auto const own = make_reader(clock, descriptor_policy::per_call).read();
      clock += 1'000'000'000;
      bool const first = is_own(one.read(), own);
      clock += 1'000'000'000;
      return seen{first && is_own(one.read(), own), taken.touched().empty()};
    });
    REQUIRE(facts);
    CHECK(facts->own);
    CHECK(facts->untouched);
  }
}

TEST_CASE("strangers: trusted and per call, where nothing was closed, say the same") {
  std::uint64_t clock = 1'000'000'000;
  auto const own = make_reader(clock, descriptor_policy::per_call).read();
  auto const before = numbers_in_use();
  auto trusted = make_reader(clock, descriptor_policy::trusted);
  auto per_call = make_reader(clock, descriptor_policy::per_call);
  for (int i = 0; i < 3; ++i) {
    clock += 1'000'000'000;
    CHECK(is_own(per_call.read(), own));
    if (i == 0) CHECK(new_numbers(before).empty());
    CHECK(is_own(trusted.read(), own));
  }
}

TEST_CASE("strangers: where fstat is denied each call opens its files, and reads no stranger") {
  auto const facts = in_child([] {
    struct seen {
      bool filtered;
      bool own;
      bool none_held;
      bool untouched;
    } now{};
    another_process const other;
    auto const all = strangers(other);
    no_longer_than const limit{60};
    std::uint64_t clock = 1'000'000'000;
    auto const own = make_reader(clock, descriptor_policy::per_call).read();
    auto const before = numbers_in_use();
    auto one = make_reader(clock, descriptor_policy::checked);
    (void)one.read();
    auto const held = new_numbers(before);
    occupied const taken{all, 0, held};
    if (!test_support::deny({SYS_fstat, SYS_newfstatat}, EPERM)) return now;
    now.filtered = now.own = true;
    auto const kept = numbers_in_use();
    for (int i = 0; i < 3; ++i) {
      clock += 1'000'000'000;
      now.own = now.own && is_own(one.read(), own);
    }
    now.none_held = new_numbers(kept).empty();
    // Whose file it is cannot be asked any more; that it still is there can.
    now.untouched = new_numbers(before).size() >= held.size();
    return now;
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(facts->own);
  CHECK(facts->none_held);
  CHECK(facts->untouched);
}

}  // namespace
