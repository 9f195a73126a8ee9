// SPDX-License-Identifier: MIT
#include <memscape/readers/process_mark.hpp>

#include <doctest/doctest.h>
#include <type_traits>
#include <utility>

#include "readers/support.hpp"

namespace {

using memscape::process_mark;
using test_support::in_child;

static_assert(std::is_nothrow_move_constructible_v<process_mark>);

void check_generations(process_mark& mark, ::pid_t (*fork)()) {
  struct seen {
    bool first;
    bool second;
    bool grandchild;
  };
  auto const child = in_child(
      [&]() -> seen {
        seen now{};
        now.first = mark.is_new();
        now.second = mark.is_new();
        now.grandchild = in_child([&] { return mark.is_new(); }, fork).value_or(false);
        return now;
      },
      fork);
  REQUIRE(child);
  CHECK(child->first);
  CHECK_FALSE(child->second);
  CHECK(child->grandchild);
  CHECK_FALSE(mark.is_new());
}

TEST_CASE("process_mark: is new once in each process") {
  for (auto* const fork : {test_support::fork_by_libc, test_support::fork_by_system_call}) {
    process_mark mark;
    CHECK(mark.is_new());
    CHECK_FALSE(mark.is_new());
    auto moved = std::move(mark);
    CHECK_FALSE(moved.is_new());
    check_generations(moved, fork);
  }
}

TEST_CASE("process_mark: is new once in each process where the kernel wipes no page") {
  struct seen {
    bool filtered;
    bool first;
    bool second;
    bool child;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_madvise}, EINVAL)) return {};
    process_mark mark;
    seen now{true, mark.is_new(), mark.is_new(), false};
    now.child = in_child([&] { return mark.is_new(); }).value_or(false);
    return now;
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(facts->first);
  CHECK_FALSE(facts->second);
  CHECK(facts->child);
}

}  // namespace
