// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/text.hpp>

#include <doctest/doctest.h>
#include <string_view>

namespace {

using memscape::bytes;
using memscape::cgroup_bound;
using memscape::cgroup_cache;
using memscape::cgroup_events;
using memscape::cgroup_stat;
using memscape::count;
using memscape::parse_cgroup_amount;
using memscape::parse_cgroup_bound;
using memscape::parse_cgroup_cache;
using memscape::parse_cgroup_events;
using memscape::parse_cgroup_line;
using memscape::parse_cgroup_stat;
using memscape::parse_cgroup_v1_cache;
using memscape::reclaimable_of;
using namespace std::literals;

TEST_CASE("cgroup_text: a bound is a number, or none") {
  constexpr auto test = [] {
    return parse_cgroup_bound("268435456\n") == cgroup_bound{bytes{268435456}} &&
           parse_cgroup_bound("0\n") == cgroup_bound{bytes{0}} &&
           parse_cgroup_bound("max\n") == cgroup_bound{};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: version 1's largest number is none, with pages of 4, 16 and 64 KiB") {
  constexpr auto test = [] {
    return parse_cgroup_bound("9223372036854771712\n") == cgroup_bound{} &&
           parse_cgroup_bound("9223372036854759424\n") == cgroup_bound{} &&
           parse_cgroup_bound("9223372036854710272\n") == cgroup_bound{} &&
           parse_cgroup_bound("9223372036854710271\n") != cgroup_bound{};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: what was cut, grown, or is no number is an error") {
  constexpr auto test = [] {
    for (auto const text :
         {""sv, "268435456"sv, "268435456\n\n"sv, "-1\n"sv, "max"sv, "maximum\n"sv,
          "2684 35456\n"sv, " 1\n"sv, "18446744073709551616\n"sv}) {
      if (parse_cgroup_bound(text) || parse_cgroup_amount(text)) return false;
    }
    return parse_cgroup_amount("12\n") == 12U && !parse_cgroup_amount("max\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: counts how often the limit was met, and who was killed") {
  constexpr auto test = [] {
    return parse_cgroup_events("low 0\nhigh 9\nmax 17\noom 3\noom_kill 2\noom_group_kill 0\n") ==
               cgroup_events{count{17}, count{2}} &&
           parse_cgroup_events("oom_kill_disable 0\nunder_oom 0\noom_kill 5\n") ==
               cgroup_events{std::nullopt, count{5}} &&
           parse_cgroup_events("oom_kill_disable 0\nunder_oom 0\n") == cgroup_events{};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: events that were cut, come twice or are no numbers are errors") {
  constexpr auto test = [] {
    return !parse_cgroup_events("") && !parse_cgroup_events("max 1") &&
           !parse_cgroup_events("max 17\noom_ki") && !parse_cgroup_events("max -1\n") &&
           !parse_cgroup_events("max 1\nmax 1\n") && !parse_cgroup_events("max\n") &&
           !parse_cgroup_events(" 1\n") && !parse_cgroup_events("max 1 \n") &&
           !parse_cgroup_events("max 1\n\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: a group's kernel and socket memory, where the kernel tells it") {
  constexpr auto test = [] {
    return parse_cgroup_stat("anon 1\nkernel 12\nkernel_stack 3\nsock 4\nsocket 5\n") ==
               cgroup_stat{bytes{12}, bytes{4}} &&
           parse_cgroup_stat("anon 1\nsock 0\n") == cgroup_stat{std::nullopt, bytes{0}} &&
           parse_cgroup_stat("anon 1\n") == cgroup_stat{} && !parse_cgroup_stat("") &&
           !parse_cgroup_stat("kernel 12") && !parse_cgroup_stat("sock 1\nsock 1\n") &&
           !parse_cgroup_stat("anon\nkernel 12\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: page cache by its lists, version 1's with the groups below") {
  constexpr auto test = [] {
    cgroup_cache const all{bytes{10}, bytes{20}, bytes{3}, bytes{4}};
    return parse_cgroup_cache(
               "anon 1\nfile 99\nfile_dirty 3\nfile_writeback 4\n"
               "inactive_anon 5\ninactive_file 10\nactive_file 20\n") == all &&
           parse_cgroup_v1_cache(
               "inactive_file 1\nactive_file 2\ndirty 1\nwriteback 1\n"
               "total_dirty 3\ntotal_writeback 4\ntotal_inactive_file 10\n"
               "total_active_file 20\n") == all &&
           // Before Linux 4.2.
           parse_cgroup_v1_cache("total_inactive_file 10\ntotal_active_file 20\n") ==
               cgroup_cache{bytes{10}, bytes{20}, {}, {}} &&
           !parse_cgroup_cache("inactive_file 10\n") && !parse_cgroup_cache("active_file 1\n") &&
           !parse_cgroup_cache("") && !parse_cgroup_cache("inactive_file 1\nactive_file 1") &&
           !parse_cgroup_cache("inactive_file 1\nactive_file 1\nactive_file 1\n");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: what must be written first cannot be taken back yet") {
  constexpr auto test = [] {
    return reclaimable_of({bytes{10}, bytes{20}, bytes{3}, bytes{4}}) == bytes{23} &&
           reclaimable_of({bytes{10}, bytes{20}, {}, {}}) == bytes{30} &&
           reclaimable_of({bytes{1}, bytes{0}, bytes{9}, bytes{0}}) == bytes{0};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: a line names a hierarchy, its controllers and a path") {
  constexpr auto test = [] {
    auto const old = parse_cgroup_line("4:cpu,memory:/a/b:c");
    auto const unified = parse_cgroup_line("0::/");
    auto const named = parse_cgroup_line("9:name=memory:/");
    return old && old->hierarchy == 4 && old->has_memory() && !old->is_version_2() &&
           old->path == "/a/b:c" && unified && unified->is_version_2() && !unified->has_memory() &&
           unified->path == "/" && named && !named->has_memory() && !named->is_version_2() &&
           !parse_cgroup_line("5:memory_x:/")->has_memory();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("cgroup_text: other lines are errors") {
  constexpr auto test = [] {
    return !parse_cgroup_line("") && !parse_cgroup_line("0:") && !parse_cgroup_line("0::") &&
           !parse_cgroup_line(":memory:/") && !parse_cgroup_line("-1:memory:/") &&
           !parse_cgroup_line("4:memory:a");
  };
  static_assert(test());
  CHECK(test());
}

}  // namespace
