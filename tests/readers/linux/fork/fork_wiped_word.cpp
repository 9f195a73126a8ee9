// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/fork/fork_wiped_word.hpp>

#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <sys/syscall.h>
#include <type_traits>
#include <utility>

#include "readers/support.hpp"

namespace {

using memscape::fork_wiped_word;
using test_support::in_child;

static_assert(std::is_nothrow_move_constructible_v<fork_wiped_word>);
static_assert(!std::is_copy_constructible_v<fork_wiped_word>);

TEST_CASE("fork_wiped_word: is 0 again in a child of fork, and stays in the parent") {
  fork_wiped_word word;
  REQUIRE(word);
  (*word).store(7);
  auto const moved = std::move(word);
  auto const seen = in_child([&] {
    auto const found = (*moved).load();
    (*moved).store(9);
    return found;
  });
  REQUIRE(seen);
  CHECK(*seen == std::uint64_t{0});
  CHECK((*moved).load() == 7);
}

TEST_CASE("fork_wiped_word: is none where none is wanted, or the kernel wipes no page") {
  CHECK_FALSE(fork_wiped_word{false});
  struct seen {
    bool filtered;
    bool any;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_madvise}, EINVAL)) return {};
    return {true, static_cast<bool>(fork_wiped_word{})};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->any);
}

}  // namespace
