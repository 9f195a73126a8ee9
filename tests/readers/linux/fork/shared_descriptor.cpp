// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/fork/shared_descriptor.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <doctest/doctest.h>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "readers/support.hpp"

namespace {

using memscape::descriptor_policy;
using memscape::held_descriptor;
using memscape::shared_descriptor;
using test_support::in_child;
using test_support::open_descriptors;

static_assert(!std::is_copy_constructible_v<shared_descriptor>, "two owners would close one");
static_assert(std::is_nothrow_move_constructible_v<shared_descriptor>);

[[nodiscard]] auto opened(char const* path = "/proc/self/statm",
                          descriptor_policy policy = descriptor_policy::checked)
    -> held_descriptor {
  held_descriptor held;
  REQUIRE(held.open(path, policy) == 0);
  return held;
}

TEST_CASE("shared_descriptor: holds what it was given, moves it along, and closes it") {
  auto const before = open_descriptors();
  {
    shared_descriptor first{descriptor_policy::checked};
    auto const none = first.load();
    CHECK_FALSE(none.held);
    REQUIRE(first.keep(opened(), none.state));
    CHECK(first.load().held.is_ours());
    shared_descriptor const second{std::move(first)};
    CHECK(second.load().held.is_ours());
    CHECK_FALSE(first.load().held);  // NOLINT(bugprone-use-after-move)
    CHECK(open_descriptors() == before + 1);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("shared_descriptor: the second of two that found none is the caller's to close") {
  shared_descriptor shared{descriptor_policy::checked};
  auto const one = shared.load();
  auto const two = shared.load();
  REQUIRE(shared.keep(opened(), one.state));
  auto late = opened();
  CHECK_FALSE(shared.keep(late, two.state));
  CHECK(shared.load().held.number() != late.number());
  late.close();
}

TEST_CASE("shared_descriptor: what was forgotten is closed when another takes its place") {
  auto const before = open_descriptors();
  shared_descriptor shared{descriptor_policy::checked};
  REQUIRE(shared.keep(opened("/proc/self/status"), shared.load().state));
  shared.forget();
  auto const none = shared.load();
  CHECK_FALSE(none.held);
  REQUIRE(shared.keep(opened(), none.state));
  CHECK(open_descriptors() == before + 1);
}

TEST_CASE("shared_descriptor: a child of fork has none, and closes its parent's") {
  for (bool const wiped : {true, false}) {
    CAPTURE(wiped);
    struct seen {
      bool filtered;
      bool childs_none;
      bool childs_own;
      bool no_leak;
      bool parents_stays;
    };
    auto const facts = in_child([&]() -> seen {
      if (!wiped && !test_support::deny({SYS_madvise}, EINVAL)) return {};
      shared_descriptor shared{descriptor_policy::checked};
      (void)shared.keep(opened(), shared.load().state);
      auto const descriptors = open_descriptors();
      auto const child = in_child([&]() -> seen {
        seen its{};
        auto const found = shared.load();
        its.childs_none = !found.held;
        its.childs_own = shared.keep(opened(), found.state) && shared.load().held.is_ours();
        its.no_leak = open_descriptors() == descriptors;
        return its;
      });
      seen all = child.value_or(seen{});
      all.filtered = true;
      all.parents_stays = shared.load().held.is_ours();
      return all;
    });
    REQUIRE(facts);
    if (!facts->filtered) {
      MESSAGE("skipped: no seccomp filter here");
      continue;
    }
    CHECK(facts->childs_none);
    CHECK(facts->childs_own);
    CHECK(facts->no_leak);
    CHECK(facts->parents_stays);
  }
}

TEST_CASE("shared_descriptor: keeps none where nothing tells a child from its parent") {
  struct seen {
    bool filtered;
    bool kept;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_madvise, SYS_getpid}, ENOSYS)) return {};
    shared_descriptor shared{descriptor_policy::checked};
    return {true, shared.keep(opened(), shared.load().state)};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->kept);
}

TEST_CASE("shared_descriptor: threads see one that is whole, whoever puts another in its place") {
  shared_descriptor shared{descriptor_policy::checked};
  std::atomic<bool> ends{false};
  std::atomic<int> foreign{0};
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&] {
      while (!ends.load()) {
        auto const [held, state] = shared.load();
        if (!held) continue;
        // Two files in turn: the number of one beside the inode of the other would be neither.
        struct stat status{};
        // Past what ThreadSanitizer believes of descriptors: this one may be closed at any time.
        bool const any = ::syscall(SYS_newfstatat, held.number(), "", &status, AT_EMPTY_PATH) == 0;
        if (any && shared.load().state == state && status.st_ino != held.inode()) ++foreign;
      }
    });
  }
  for (int i = 0; i < 2000; ++i) {
    auto const state = shared.load().state;
    auto fresh = opened(i % 2 == 0 ? "/proc/self/statm" : "/proc/self/stat");
    if (!shared.keep(fresh, state)) fresh.close();
  }
  ends.store(true);
  for (auto& reader : readers) reader.join();
  CHECK(foreign.load() == 0);
}

}  // namespace
