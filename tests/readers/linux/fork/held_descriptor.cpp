// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/fork/held_descriptor.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <type_traits>

#include "readers/support.hpp"

namespace {

using memscape::descriptor_policy;
using memscape::held_descriptor;
using test_support::in_child;
using test_support::open_descriptors;

static_assert(std::is_trivially_copyable_v<held_descriptor>);

constexpr auto const* statm = "/proc/self/statm";

[[nodiscard]] auto is_open(int number) -> bool { return ::fcntl(number, F_GETFD) >= 0; }

TEST_CASE("held_descriptor: knows its file, and closes it") {
  auto const before = open_descriptors();
  held_descriptor held;
  CHECK_FALSE(held);
  CHECK_FALSE(held.is_ours());
  REQUIRE(held.open(statm, descriptor_policy::checked) == 0);
  CHECK(held.is_ours());
  CHECK(held.can_be_kept());
  CHECK((::fcntl(held.number(), F_GETFD) & FD_CLOEXEC) != 0);
  held.end_call();
  CHECK(held.is_ours());
  held.close();
  CHECK_FALSE(held);
  CHECK(open_descriptors() == before);
  CHECK(held.open("/proc/self/there_is_no_such_file", descriptor_policy::checked) == ENOENT);
  CHECK_FALSE(held);
}

TEST_CASE("held_descriptor: another file on its number is not ours, and stays open") {
  for (auto const* const path : {"/dev/null", "/proc/1/statm", "/proc/self/stat", "/"}) {
    CAPTURE(path);
    held_descriptor held;
    REQUIRE(held.open(statm, descriptor_policy::checked) == 0);
    int const number = held.number();
    int const other = ::open(path, O_RDONLY | O_CLOEXEC);
    REQUIRE(other != -1);
    REQUIRE(::dup2(other, number) == number);
    CHECK_FALSE(held.is_ours());
    held.close();
    CHECK(is_open(number));
    ::close(number);
    ::close(other);
  }
}

TEST_CASE("held_descriptor: device and inode are compared as they are") {
  held_descriptor held;
  REQUIRE(held.open(statm, descriptor_policy::checked) == 0);
  // Two words that are the same when they are folded together by exclusive or.
  held_descriptor const folded{held.number(), held.device() ^ 1U, held.inode() ^ (1ULL << 32U),
                               descriptor_policy::checked};
  held_descriptor const other_device{held.number(), held.device() ^ 1U, held.inode(),
                                     descriptor_policy::checked};
  CHECK_FALSE(folded.is_ours());
  CHECK_FALSE(other_device.is_ours());
  CHECK(held.is_ours());
  held.close();
}

TEST_CASE("held_descriptor: one that the program opened of the same file stays open") {
  held_descriptor held;
  REQUIRE(held.open(statm, descriptor_policy::checked) == 0);
  int const number = held.number();
  ::close(number);
  int const programs = ::open(statm, O_RDONLY);
  REQUIRE(programs == number);
  held.close();
  CHECK(is_open(programs));
  ::close(programs);
}

TEST_CASE("held_descriptor: trusted it is taken as it is, and closed only where it is ours") {
  held_descriptor held;
  REQUIRE(held.open(statm, descriptor_policy::trusted) == 0);
  int const number = held.number();
  int const other = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(::dup2(other, number) == number);
  CHECK(held.is_ours());
  CHECK(held.can_be_kept());
  held.close();
  CHECK(is_open(number));
  ::close(number);
  ::close(other);
}

TEST_CASE("held_descriptor: per call it ends with the call") {
  auto const before = open_descriptors();
  held_descriptor held;
  REQUIRE(held.open(statm, descriptor_policy::per_call) == 0);
  CHECK(held.is_ours());
  CHECK_FALSE(held.can_be_kept());
  held.end_call();
  CHECK_FALSE(held);
  CHECK(open_descriptors() == before);
}

TEST_CASE(
    "held_descriptor: where fstat is denied it serves the call that opened it, and no other") {
  struct seen {
    bool filtered;
    bool ours;
    bool can_be_kept;
    bool ends;
    bool trusted;
    bool known_later;
    bool left_open;
  };
  auto const facts = in_child([]() -> seen {
    held_descriptor early;
    (void)early.open(statm, descriptor_policy::checked);
    if (!test_support::deny({SYS_fstat, SYS_newfstatat}, EPERM)) return {};
    seen now{true, false, false, false, false, false, false};
    held_descriptor held;
    (void)held.open(statm, descriptor_policy::checked);
    now.ours = held.is_ours();
    now.can_be_kept = held.can_be_kept();
    held.end_call();
    now.ends = !held;
    (void)held.open(statm, descriptor_policy::trusted);
    now.trusted = held.can_be_kept();
    held.close();
    now.known_later = early.is_ours();
    int const number = early.number();
    early.close();
    now.left_open = is_open(number);
    return now;
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(facts->ours);
  CHECK_FALSE(facts->can_be_kept);
  CHECK(facts->ends);
  CHECK(facts->trusted);
  CHECK_FALSE(facts->known_later);
  CHECK(facts->left_open);
}

TEST_CASE("held_descriptor: where fcntl is denied none is kept, and none leaks") {
  struct seen {
    bool filtered;
    bool kept;
    int closed;
    int ended;
  };
  auto const facts = in_child([]() -> seen {
    if (!test_support::deny({SYS_fcntl}, EPERM)) return {};
    seen found{.filtered = true, .kept = false, .closed = 0, .ended = 0};
    auto const is_free = [](int number) {
      struct stat status;
      return ::fstat(number, &status) != 0 && errno == EBADF;
    };
    for (auto const policy : {descriptor_policy::checked, descriptor_policy::trusted}) {
      held_descriptor held;
      if (held.open(statm, policy) != 0) return found;
      int number = held.number();
      found.kept |= held.can_be_kept();
      held.close();
      found.closed += is_free(number) ? 1 : 0;
      if (held.open(statm, policy) != 0) return found;
      number = held.number();
      held.end_call();
      found.ended += is_free(number) ? 1 : 0;
    }
    return found;
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->kept);
  CHECK(facts->closed == 2);
  CHECK(facts->ended == 2);
}

}  // namespace
