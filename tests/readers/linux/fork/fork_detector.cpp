// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/fork/fork_detector.hpp>

#include <doctest/doctest.h>
#include <type_traits>
#include <utility>

#include "readers/support.hpp"

namespace {

using memscape::fork_detector;
using test_support::in_child;

static_assert(std::is_nothrow_move_constructible_v<fork_detector>);

void check_generations(fork_detector& mark, ::pid_t (*fork)()) {
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

TEST_CASE("fork_detector: is new once in each process") {
  for (auto* const fork : {test_support::fork_by_libc, test_support::fork_by_system_call}) {
    fork_detector mark;
    CHECK(mark.is_new());
    CHECK_FALSE(mark.is_new());
    auto moved = std::move(mark);
    CHECK_FALSE(moved.is_new());
    check_generations(moved, fork);
  }
}

TEST_CASE(
    "fork_detector: a child is new that has its parent's number in a PID namespace of its own") {
  struct seen {
    bool same_number;
    bool parent;
    bool child;
    bool set_by_parent;
  };
  auto const facts = test_support::as_process_one([](auto inner) -> seen {
    fork_detector mark;
    auto const here = ::getpid();
    seen now{false, mark.is_new(), false, true};
    auto const child = in_child(
        [&]() -> seen {
          bool const set = mark.is_set();
          return {::getpid() == here, false, mark.is_new(), set};
        },
        inner);
    if (child) now = {child->same_number, now.parent, child->child, child->set_by_parent};
    return now;
  });
  if (!facts) {
    MESSAGE("skipped: this process may make no PID namespace");
    return;
  }
  CHECK(facts->same_number);
  CHECK(facts->parent);
  CHECK(facts->child);
  CHECK_FALSE(facts->set_by_parent);
}

TEST_CASE("fork_detector: is set by is_new and by set, until it is cleared") {
  for (bool const wanted : {true, false}) {
    fork_detector mark{wanted};
    CHECK_FALSE(mark.is_set());
    mark.set();
    CHECK(mark.is_set());
    CHECK_FALSE(mark.is_new());
    mark.clear();
    CHECK_FALSE(mark.is_set());
    CHECK(mark.is_new());
  }
}

TEST_CASE("fork_detector: is new once in each process where the kernel wipes no page") {
  struct seen {
    bool filtered;
    bool first;
    bool second;
    bool child;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_madvise}, EINVAL)) return {};
    fork_detector mark;
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

TEST_CASE("fork_detector: where nothing tells a child from its parent it is new each time") {
  struct seen {
    bool filtered;
    bool can_tell;
    bool is_new_again;
    bool is_set;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_madvise, SYS_getpid}, ENOSYS)) return {};
    memscape::fork_detector mark;
    bool const first = mark.is_new();
    return {true, mark.can_tell(), first && mark.is_new(), mark.is_set()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->can_tell);
  CHECK(facts->is_new_again);
  CHECK_FALSE(facts->is_set);
}

}  // namespace
