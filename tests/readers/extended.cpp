// SPDX-License-Identifier: MIT
#include <memscape/readers/extended.hpp>

#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <memscape/readers/fixed.hpp>
#include <memscape/registry/registry.hpp>
#include <memscape/sources/callable.hpp>
#include <memscape/tree/leaf.hpp>
#include <string>
#include <type_traits>
#include <utility>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::extended_options;
using memscape::extended_reader;
using memscape::fixed_reader;
using memscape::limit_kind;
using memscape::linux_reader;
using memscape::milliseconds;
using memscape::process_memory;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;
using test_support::in_child;
using test_support::mapping;
using test_support::mebibyte;
using test_support::most_of;

static_assert(memscape::memory_reader<extended_reader<>>);
static_assert(std::is_nothrow_move_constructible_v<extended_reader<>>);
static_assert(std::is_same_v<decltype(extended_reader<>{}.read()), extended_memory>);

constexpr std::uint64_t ms = 1'000'000;

// A clock that a test sets; it may also go on by itself with every fine reading.
struct hand_clock {
  std::uint64_t* now;
  std::uint64_t step = 0;

  [[nodiscard]] auto now_ns() const noexcept -> std::uint64_t { return *now += step; }
  [[nodiscard]] auto coarse_ns() const noexcept -> std::uint64_t { return *now; }
};

auto has_all_parts(extended_memory const& detail) -> bool {
  return test_support::is_whole(detail) && detail.rss_anon && detail.threads &&
         detail.status_age_ms && detail.pss && detail.uss && detail.rollup_age_ms &&
         detail.rollup_cost_us && detail.limits.kind != limit_kind::none && detail.limits.limit &&
         detail.limits.limit_used && detail.limits.limits_age_ms && detail.detail_errors.empty();
}

// An ancestor of this process's group may be closed to it; that is told, and no fault of the reader's.
auto without_group_errors(extended_memory detail) -> extended_memory {
  bool only_groups = true;
  for (auto const& error : detail.detail_errors) {
    only_groups = only_groups &&
                  (error.step == read_step::open_cgroup || error.step == read_step::find_cgroup);
  }
  if (only_groups) detail.detail_errors = {};
  return detail;
}

TEST_CASE("detailed: the first read holds everything") {
  extended_reader reader;
  CHECK(has_all_parts(without_group_errors(reader.read())));
}

TEST_CASE("detailed: each part is read at its own cadence, and repeated with its age") {
  std::uint64_t now = 50'000 * ms;
  extended_reader reader{
      linux_reader{}, {.status_ms = 1000, .rollup_ms = 3000, .limits_ms = 2000}, hand_clock{&now}};
  mapping memory{32 * mebibyte};
  auto const first = reader.read();
  CHECK(first.status_age_ms == milliseconds{0});
  memory.touch();
  now += 999 * ms;
  auto const repeated = reader.read();
  CHECK(repeated.rss_anon == first.rss_anon);
  CHECK(repeated.status_age_ms == milliseconds{999});
  CHECK(repeated.rollup_age_ms == milliseconds{999});
  CHECK(repeated.limits.limits_age_ms == milliseconds{999});
  // But the base is of now, and so is what it says of the limit.
  CHECK(test_support::growth(first, repeated) >= most_of(32 * mebibyte));
  CHECK(repeated.limits.limit_used == repeated.rss);
  now += ms;
  auto const status = reader.read();
  CHECK(status.status_age_ms == milliseconds{0});
  CHECK(status.rollup_age_ms == milliseconds{1000});
  CHECK((*status.rss_anon - *first.rss_anon).value() >= mebibyte * 24);
  CHECK(status.uss == first.uss);
  now += 1000 * ms;
  CHECK(reader.read().limits.limits_age_ms == milliseconds{0});
  now += 1000 * ms;
  auto const rollup = reader.read();
  CHECK(rollup.rollup_age_ms == milliseconds{0});
  CHECK((*rollup.uss - *first.uss).value() >= mebibyte * 24);
}

TEST_CASE("detailed: where the clock fails nothing is repeated, because its age is not known") {
  std::uint64_t no_time = 0;
  extended_reader reader{linux_reader{}, {.rollup_share = 0}, hand_clock{&no_time}};
  mapping memory{32 * mebibyte};
  auto const first = reader.read();
  memory.touch();
  auto const second = reader.read();
  CHECK((*second.rss_anon - *first.rss_anon).value() >= mebibyte * 24);
  CHECK((*second.uss - *first.uss).value() >= mebibyte * 24);
  CHECK(second.limits.limit_used == second.rss);
}

TEST_CASE("detailed: zero is never") {
  extended_reader reader{linux_reader{}, {.status_ms = 0, .rollup_ms = 0, .limits_ms = 0}};
  for (int i = 0; i < 3; ++i) {
    auto const detail = reader.read();
    CHECK(test_support::is_whole(detail));
    extended_memory expected;
    static_cast<process_memory&>(expected) = detail;
    CHECK(detail == expected);
  }
}

TEST_CASE("detailed: a rollup that takes long is asked for more seldom") {
  std::uint64_t now = 0;
  // Each reading of the clock costs 2 ms: so much takes a rollup.
  extended_reader reader{linux_reader{},
                         {.status_ms = 0, .rollup_ms = 10, .limits_ms = 0, .rollup_share = 100},
                         hand_clock{&now, 2 * ms}};
  auto const first = reader.read();
  CHECK(first.rollup_cost_us == memscape::microseconds{2000});
  now += 150 * ms;
  CHECK(reader.read().rollup_age_ms > milliseconds{0});
  now += 60 * ms;
  CHECK(reader.read().rollup_age_ms == milliseconds{0});
}

TEST_CASE("detailed: between cadences no system call but the fast reader's is made") {
  struct seen {
    bool filtered;
    extended_memory detail;
  };
  std::uint64_t now = 1;
  auto const facts = in_child([&]() -> seen {
    extended_reader reader{
        fixed_reader{process_memory{.rss = bytes{7}, .vms = bytes{9}}}, {}, hand_clock{&now}};
    static_cast<void>(reader.read());
    if (!test_support::deny({SYS_pread64, SYS_openat, SYS_getpid, SYS_prlimit64}, EPERM)) return {};
    return {true, reader.read()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(facts->detail.rss == bytes{7});
  CHECK(facts->detail.rss_anon);
  CHECK(without_group_errors(facts->detail).detail_errors.empty());
}

TEST_CASE("detailed: child and grandchild of fork begin anew, and the parent goes on") {
  for (auto* const fork : {test_support::fork_by_libc, test_support::fork_by_system_call}) {
    for (auto const policy :
         {memscape::descriptor_policy::checked, memscape::descriptor_policy::trusted,
          memscape::descriptor_policy::per_call}) {
      std::uint64_t now = 1 * ms;
      extended_reader reader{
          linux_reader{{.descriptors = policy}}, {.descriptors = policy}, hand_clock{&now}};
      mapping memory{32 * mebibyte};
      auto const parents = reader.read();
      struct seen {
        bool whole;
        bool grandchild_whole;
        std::int64_t grown;
      };
      auto const facts = in_child(
          [&]() -> seen {
            memory.touch();
            auto const own = reader.read();
            auto const grandchild = in_child(
                [&] {
                  auto const its = reader.read();
                  return has_all_parts(without_group_errors(its)) &&
                         its.status_age_ms == milliseconds{0} && its.uss < own.uss;
                },
                fork);
            return {has_all_parts(without_group_errors(own)), grandchild.value_or(false),
                    own.rss_anon ? static_cast<std::int64_t>(own.rss_anon->value()) -
                                       static_cast<std::int64_t>(parents.rss_anon->value())
                                 : INT64_MIN};
          },
          fork);
      REQUIRE(facts);
      CHECK(facts->whole);
      CHECK(facts->grandchild_whole);
      CHECK(facts->grown >= most_of(32 * mebibyte));
      now += 10 * ms;
      auto const after = reader.read();
      CHECK(after.rss_anon == parents.rss_anon);
      CHECK(after.status_age_ms == milliseconds{10});
    }
  }
}

TEST_CASE("detailed: with no descriptor left every part has its reason, and comes back") {
  struct seen {
    extended_memory without;
    extended_memory with;
    extended_memory later;
  };
  fake_root const root;
  root.put("proc/self/cgroup", "0::/\n");
  root.put("proc/self/mountinfo", test_support::mount_of_v2);
  test_support::put_meminfo(root);
  std::uint64_t now = 0;
  auto const facts = in_child([&]() -> seen {
    extended_reader reader{linux_reader{}, {.root = root.path()}, hand_clock{&now}};
    test_support::forbid_descriptors();
    seen facts_of_child{reader.read(), {}, {}};
    test_support::allow_descriptors();
    now += 10'000 * ms;
    facts_of_child.with = reader.read();
    test_support::forbid_descriptors();
    now += 10'000 * ms;
    facts_of_child.later = reader.read();
    return facts_of_child;
  });
  REQUIRE(facts);
  auto const& without = facts->without;
  REQUIRE(without.detail_errors.size() == 4);
  constexpr read_step steps[] = {read_step::open_status, read_step::open_rollup,
                                 read_step::open_cgroup, read_step::open_meminfo};
  for (std::size_t i = 0; i < 4; ++i) {
    CHECK(without.detail_errors.begin()[i] == read_error{steps[i], EMFILE});
  }
  CHECK(test_support::lacks_statm(without, read_step::open_statm, EMFILE));
  CHECK_FALSE(without.rss_anon);
  CHECK_FALSE(without.threads);
  CHECK_FALSE(without.status_age_ms);
  CHECK_FALSE(without.pss);
  CHECK_FALSE(without.rollup_age_ms);
  CHECK_FALSE(without.limits.ram_total);
  CHECK(has_all_parts(facts->with));
  // Later it lives on what it holds: only the walk for the group needs to open.
  CHECK(facts->later.rss_anon);
  CHECK(facts->later.pss);
  CHECK(facts->later.limits.ram_total);
  for (auto const& error : facts->later.detail_errors) {
    CHECK(error == read_error{read_step::open_cgroup, EMFILE});
  }
}

TEST_CASE("detailed: a part that can be read no more is absent, with its reason") {
  struct seen {
    bool filtered;
    extended_memory detail;
  };
  std::uint64_t now = 0;
  auto const facts = in_child([&]() -> seen {
    extended_reader reader{linux_reader{}, {}, hand_clock{&now}};
    static_cast<void>(reader.read());
    if (!test_support::deny({SYS_pread64, SYS_read}, EACCES)) return {};
    now += 20'000 * ms;
    return {true, reader.read()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  auto const& detail = facts->detail;
  CHECK_FALSE(detail.rss);
  CHECK_FALSE(detail.rss_anon);
  CHECK_FALSE(detail.threads);
  CHECK_FALSE(detail.status_age_ms);
  CHECK_FALSE(detail.pss);
  CHECK_FALSE(detail.uss);
  CHECK_FALSE(detail.rollup_age_ms);
  CHECK_FALSE(detail.limits.ram_total);
  CHECK_FALSE(detail.limits.limit_used);
  REQUIRE(detail.detail_errors.size() == 4);
  CHECK(detail.detail_errors.begin()[0] == read_error{read_step::read_status, EACCES});
  CHECK(detail.detail_errors.begin()[1] == read_error{read_step::read_rollup, EACCES});
  CHECK(detail.detail_errors.begin()[3] == read_error{read_step::read_meminfo, EACCES});
}

TEST_CASE("detailed: reads on in a process that is not dumpable, as after setuid") {
  auto const facts = in_child([] {
    extended_reader held;
    static_cast<void>(held.read());
    if (::setgid(65534) != 0 || ::setuid(65534) != 0) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    extended_reader fresh;
    return has_all_parts(without_group_errors(fresh.read())) &&
           has_all_parts(without_group_errors(held.read()));
  });
  REQUIRE(facts);
  CHECK(*facts);
}

// ---- forecasts

struct growing {
  std::uint64_t rss;
  std::uint64_t step;
  [[nodiscard]] auto read() noexcept -> process_memory {
    rss += step;
    return {.rss = bytes{rss}, .vms = bytes{rss * 2}};
  }
};

void put_machine(fake_root const& root) {
  root.put("proc/self/cgroup", "0::/a\n");
  root.put("proc/self/mountinfo", test_support::mount_of_v2);
  test_support::put_meminfo(root);
  test_support::put_group(root, "a", "268435456\n");
}

// Grows under a group's limit at `step` a second, the group's use and not this process's.
struct growing_group {
  fake_root root{};
  std::uint64_t use = mebibyte;
  std::uint64_t now = 0;
  extended_reader<growing, hand_clock> reader;

  growing_group(std::uint64_t rss_step, std::uint64_t use_step)
      : reader{growing{mebibyte, rss_step},
               {.status_ms = 0, .rollup_ms = 0, .root = root.path()},
               hand_clock{&now}},
        use_step_{use_step} {
    put_machine(root);
  }
  auto read_after_a_second() -> extended_memory {
    now += 1000 * ms;
    use += use_step_;
    root.put("sys/fs/cgroup/a/memory.current", std::to_string(use) + "\n");
    return reader.read();
  }

 private:
  std::uint64_t use_step_;
};

TEST_CASE("detailed: tells when a steady growth meets the limit, and from what window it knows") {
  growing_group group{0, mebibyte};
  extended_memory detail;
  for (int i = 0; i < 32; ++i) {
    CHECK_FALSE(detail.limits.time_to_limit_ms);
    detail = group.read_after_a_second();
  }
  // 33 of 256 MiB are used, and a MiB comes every second, though none of it is this process's.
  CHECK(detail.limits.growth_per_second == bytes{mebibyte});
  CHECK(detail.limits.forecast_window_ms == milliseconds{31'000});
  CHECK(detail.limits.time_to_limit_ms == milliseconds{223'000});
}

TEST_CASE("detailed: a process that grows in a group that does not is no forecast") {
  growing_group group{mebibyte, 0};
  extended_memory detail;
  for (int i = 0; i < 40; ++i) detail = group.read_after_a_second();
  CHECK_FALSE(detail.limits.growth_per_second);
  CHECK_FALSE(detail.limits.time_to_limit_ms);
}

TEST_CASE("detailed: forecasts nothing of what stands still, nor beyond the horizon") {
  for (std::uint64_t const step : {0U, 1U}) {
    growing_group group{0, step};
    extended_memory detail;
    for (int i = 0; i < 40; ++i) detail = group.read_after_a_second();
    CHECK_FALSE(detail.limits.time_to_limit_ms);
    CHECK(detail.limits.growth_per_second.has_value() == (step == 1));
  }
}

TEST_CASE("detailed: another limit is another forecast") {
  growing_group group{mebibyte, mebibyte};
  extended_memory detail;
  for (int i = 0; i < 32; ++i) detail = group.read_after_a_second();
  REQUIRE(detail.limits.time_to_limit_ms);
  group.root.put("sys/fs/cgroup/a/memory.max", "max\n");
  detail = group.read_after_a_second();
  CHECK(detail.limits.kind == limit_kind::ram);
  CHECK_FALSE(detail.limits.time_to_limit_ms);
}

TEST_CASE("detailed: another group of the same limit is another forecast") {
  growing_group group{0, mebibyte};
  extended_memory detail;
  for (int i = 0; i < 39; ++i) detail = group.read_after_a_second();
  REQUIRE(detail.limits.time_to_limit_ms);
  test_support::put_group(group.root, "b", "268435456\n");
  group.root.put("proc/self/cgroup", "0::/b\n");
  // The next walk is due.
  for (int i = 0; i < 2; ++i) detail = group.read_after_a_second();
  CHECK(detail.limits.kind == limit_kind::cgroup_max);
  CHECK(detail.limits.limit_used == bytes{mebibyte});
  CHECK_FALSE(detail.limits.time_to_limit_ms);
}

// ---- with a registry

template <class Reader>
concept names_a_clock = requires { typename Reader::clock_type; };

TEST_CASE("detailed: a registry's snapshots hold the detail") {
  std::uint64_t now = 0;
  memscape::registry memory{extended_reader{linux_reader{}, {}, hand_clock{&now}},
                            memscape::leaf<"heap", "Heap">(memscape::callable_source{
                                []() noexcept { return memscape::usage{.used = bytes{1}}; }})};
  auto const snap = memory.collect();
  static_assert(std::is_same_v<std::remove_cvref_t<decltype(snap.process)>, extended_memory>);
  static_assert(std::is_trivially_copyable_v<decltype(memory)::snapshot_type>);
  CHECK(has_all_parts(without_group_errors(snap.process)));
  CHECK(snap.untracked());
}

TEST_CASE("detailed: brings the clock that its fast reader brings") {
  using over_fixed = extended_reader<fixed_reader<1>>;
  static_assert(std::is_same_v<over_fixed::clock_type, memscape::fixed_clock>);
  static_assert(!names_a_clock<extended_reader<>> && names_a_clock<over_fixed>);
  over_fixed reader{fixed_reader{process_memory{.rss = bytes{7}}}};
  CHECK(reader.read().rss == bytes{7});
}

// A clock that a program replaced by one that goes back.
struct clock_back {
  std::uint64_t* now;

  [[nodiscard]] auto now_ns() const noexcept -> std::uint64_t { return *now -= ms; }
  [[nodiscard]] auto coarse_ns() const noexcept -> std::uint64_t { return *now; }
};

TEST_CASE(
    "detailed: where the clock goes back each part is read anew, and what that took is absent") {
  std::uint64_t now = 100'000 * ms;
  extended_reader reader{linux_reader{}, {.limits_ms = 0, .rollup_share = 0}, clock_back{&now}};
  for (int i = 0; i < 2; ++i) {
    auto const detail = reader.read();
    CHECK(detail.status_age_ms == milliseconds{0});
    CHECK(detail.rollup_age_ms == milliseconds{0});
    CHECK(detail.pss);
    CHECK_FALSE(detail.rollup_cost_us);
    now -= 50'000 * ms;
  }
}

}  // namespace
