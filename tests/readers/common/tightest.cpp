// SPDX-License-Identifier: MIT
#include <memscape/readers/common/tightest.hpp>

#include <doctest/doctest.h>
#include <optional>

namespace {

using memscape::bytes;
using memscape::choose_tightest;
using memscape::limit_kind;
using memscape::memory_limits;
using memscape::process_memory;

constexpr process_memory memory{.rss = bytes{10}, .vms = bytes{500}};

constexpr auto chosen(memory_limits limits, process_memory const& of = memory,
                      limit_kind group = limit_kind::cgroup_max) {
  choose_tightest(limits, of, group);
  return limits;
}

TEST_CASE("tightest: the smallest limit is the denominator, by its name") {
  constexpr auto test = [] {
    memory_limits limits;
    if (chosen(limits).kind != limit_kind::vms) return false;
    limits.ram_total = bytes{1000};
    if (chosen(limits).kind != limit_kind::ram || chosen(limits).limit != bytes{1000}) return false;
    limits.address_space_limit = bytes{900};
    if (chosen(limits).kind != limit_kind::address_space) return false;
    limits.cgroup_high = bytes{800};
    if (chosen(limits, memory, limit_kind::cgroup_high).kind != limit_kind::cgroup_high)
      return false;
    limits.cgroup_limit = bytes{700};
    return chosen(limits).kind == limit_kind::cgroup_max && chosen(limits).limit == bytes{700} &&
           chosen(limits, memory, limit_kind::cgroup_v1).kind == limit_kind::cgroup_v1;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: of a group's two limits the one that is met first, whichever is smaller") {
  constexpr auto test = [] {
    memory_limits limits;
    // Of two groups: that of the hard limit is nearly full.
    limits.cgroup_limit = bytes{800};
    limits.cgroup_high = bytes{600};
    limits.cgroup_current = bytes{790};
    auto const of = chosen(limits);
    return of.kind == limit_kind::cgroup_max && of.limit == bytes{800} && of.headroom == bytes{10};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: a group's limit above the machine's memory is none to speak of") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.cgroup_limit = bytes{2000};
    limits.ram_total = bytes{1000};
    return chosen(limits).kind == limit_kind::ram;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: of equal limits the one that kills first in order stands") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.cgroup_limit = limits.cgroup_high = limits.ram_total = bytes{1000};
    return chosen(limits).kind == limit_kind::cgroup_max;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: RSS counts towards it, but VMS towards one of address space") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.ram_total = bytes{1000};
    auto const ram = chosen(limits);
    limits.address_space_limit = bytes{900};
    auto const space = chosen(limits);
    return ram.limit_used == bytes{10} && ram.headroom == bytes{990} &&
           space.limit_used == bytes{500} && space.headroom == bytes{400};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE(
    "tightest: private writable memory counts towards RLIMIT_DATA, which RLIMIT_AS may be met "
    "before") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.ram_total = bytes{1000};
    limits.ram_available = bytes{20};
    limits.data_limit = bytes{300};
    auto const unknown = chosen(limits);
    limits.data_used = bytes{200};
    auto const data = chosen(limits);
    limits.address_space_limit = bytes{550};
    auto const space = chosen(limits);
    limits.address_space_limit = bytes{650};
    return unknown.kind == limit_kind::data && !unknown.limit_used && !unknown.headroom &&
           data.kind == limit_kind::data && data.limit_used == bytes{200} &&
           data.headroom == bytes{100} && space.kind == limit_kind::address_space &&
           space.headroom == bytes{50} && chosen(limits).kind == limit_kind::data;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: what a group keeps counts towards its limit, and not one process's RSS") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.ram_total = bytes{1000};
    limits.cgroup_limit = bytes{700};
    auto const unknown = chosen(limits);
    limits.cgroup_current = bytes{600};
    auto const all = chosen(limits);
    limits.cgroup_reclaimable = bytes{200};
    auto const some = chosen(limits, process_memory{});
    limits.cgroup_reclaimable = bytes{900};
    return !unknown.limit_used && !unknown.headroom && all.limit_used == bytes{600} &&
           all.headroom == bytes{100} && some.limit_used == bytes{400} &&
           some.headroom == bytes{300} && chosen(limits).limit_used == bytes{0};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: a group that others have filled is met before a smaller limit of one's own") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.cgroup_limit = bytes{900};
    limits.address_space_limit = bytes{800};
    limits.cgroup_current = bytes{500};
    auto const space = chosen(limits);
    limits.cgroup_current = bytes{890};
    auto const full = chosen(limits);
    return space.kind == limit_kind::address_space && space.headroom == bytes{300} &&
           full.kind == limit_kind::cgroup_max && full.limit == bytes{900} &&
           full.limit_used == bytes{890} && full.headroom == bytes{10};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: no more is left than the machine has, but for address space") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.cgroup_limit = bytes{800};
    limits.cgroup_current = bytes{10};
    limits.ram_available = bytes{100};
    auto const group = chosen(limits);
    limits.address_space_limit = bytes{700};
    return group.headroom == bytes{100} && chosen(limits).headroom == bytes{200};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: over the limit nothing is left, and what is unknown stays unknown") {
  constexpr auto test = [] {
    memory_limits limits;
    limits.ram_total = bytes{5};
    auto const over = chosen(limits);
    auto const unread = chosen(limits, process_memory{});
    auto const nothing = chosen({}, process_memory{});
    return over.headroom == bytes{0} && unread.limit == bytes{5} && !unread.limit_used &&
           !unread.headroom && nothing.kind == limit_kind::none && !nothing.limit;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: VMS is a last resort, of which nothing is left to forecast") {
  constexpr auto test = [] {
    auto const last = chosen({});
    return last.kind == limit_kind::vms && last.limit == bytes{500} &&
           last.limit_used == bytes{10} && !last.headroom;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("tightest: choosing again forgets the choice before") {
  memory_limits limits;
  limits.ram_total = bytes{1000};
  auto again = chosen(limits);
  again.ram_total = std::nullopt;
  CHECK(chosen(again, process_memory{}).kind == limit_kind::none);
  CHECK_FALSE(chosen(again, process_memory{}).limit);
}

}  // namespace
