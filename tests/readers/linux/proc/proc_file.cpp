// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/proc_file.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "readers/support.hpp"

namespace {

using memscape::proc_file;
using test_support::in_child;
using test_support::open_descriptors;

constexpr auto const* statm = "/proc/self/statm";

static_assert(!std::is_copy_constructible_v<proc_file>, "two owners would close one descriptor");
static_assert(std::is_nothrow_move_constructible_v<proc_file>);

TEST_CASE("proc_file: opens nothing before the first read, one descriptor then, and closes it") {
  auto const before = open_descriptors();
  {
    proc_file file{statm};
    CHECK(open_descriptors() == before);
    for (int i = 0; i < 3; ++i) {
      char buffer[160];
      auto const got = file.read(buffer, sizeof buffer);
      CHECK(got.open_errno == 0);
      CHECK(got.read_errno == 0);
      CHECK(got.text.ends_with('\n'));
      CHECK(open_descriptors() == before + 1);
    }
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("proc_file: reads from the start each time, as much as fits") {
  proc_file file{"/proc/self/comm"};
  char buffer[64];
  auto const whole = std::string{file.read(buffer, sizeof buffer).text};
  REQUIRE(whole.size() > 3);
  CHECK(file.read(buffer, sizeof buffer).text == whole);
  CHECK(file.read(buffer, 3).text == whole.substr(0, 3));
  CHECK(file.read(buffer, 0).text.empty());
}

TEST_CASE("proc_file: holds no descriptor where it is told not to") {
  auto const before = open_descriptors();
  proc_file file{statm, memscape::descriptor_policy::per_call};
  char buffer[160];
  for (int i = 0; i < 3; ++i) {
    CHECK(file.read(buffer, sizeof buffer).text.ends_with('\n'));
    CHECK(open_descriptors() == before);
  }
}

TEST_CASE("proc_file: says which call failed, and why, and leaks nothing") {
  auto const before = open_descriptors();
  char buffer[160];
  proc_file missing{"/proc/self/there_is_no_such_file"};
  auto const not_opened = missing.read(buffer, sizeof buffer);
  CHECK(not_opened.open_errno == ENOENT);
  CHECK(not_opened.text.empty());

  proc_file folder{"/proc/self"};
  auto const not_read = folder.read(buffer, sizeof buffer);
  CHECK(not_read.open_errno == 0);
  CHECK(not_read.read_errno == EISDIR);
  CHECK(not_read.text.empty());
  CHECK(open_descriptors() == before);
}

TEST_CASE("proc_file: opens anew after it was told to forget, and leaks nothing") {
  auto const before = open_descriptors();
  char buffer[160];
  {
    proc_file file{statm};
    for (int i = 0; i < 5; ++i) {
      CHECK(file.read(buffer, sizeof buffer).text.ends_with('\n'));
      file.forget();
    }
    CHECK(open_descriptors() <= before + 1);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("proc_file: moves its descriptor along, and both go on reading") {
  auto const before = open_descriptors();
  {
    char buffer[160];
    proc_file first{statm};
    CHECK(first.read(buffer, sizeof buffer).text.ends_with('\n'));
    proc_file second{std::move(first)};
    CHECK(open_descriptors() == before + 1);
    CHECK(second.read(buffer, sizeof buffer).text.ends_with('\n'));
    CHECK(open_descriptors() == before + 1);
    // Valid, as what is moved from in std is.
    CHECK(
        first.read(buffer, sizeof buffer).text.ends_with('\n'));  // NOLINT(bugprone-use-after-move)
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("proc_file: programs that this one executes do not inherit the descriptor") {
  proc_file file{statm};
  char buffer[160];
  static_cast<void>(file.read(buffer, sizeof buffer));
  auto const held = test_support::statm_descriptors();
  REQUIRE(held.size() == 1);
  CHECK((::fcntl(held[0], F_GETFD) & FD_CLOEXEC) != 0);
}

TEST_CASE("proc_file: notices a fork also where the kernel wipes no page") {
  struct seen {
    bool filtered;
    bool held_before;
    bool child_reads_itself;
    bool child_has_one_descriptor;
  };
  auto const facts = in_child([]() -> seen {
    // /proc/self/stat begins with the process id.
    auto const names = [](std::string_view text, ::pid_t process) {
      return text.starts_with(std::to_string(process) + " ");
    };
    if (!test_support::deny({SYS_madvise}, EINVAL)) return {};
    proc_file file{"/proc/self/stat"};
    char buffer[512];
    auto const parent = ::getpid();
    bool const held = names(file.read(buffer, sizeof buffer).text, parent) &&
                      names(file.read(buffer, sizeof buffer).text, parent);
    auto const descriptors = open_descriptors();
    struct child_seen {
      bool itself;
      bool one_descriptor;
    };
    auto const child = in_child([&]() -> child_seen {
      bool const itself = names(file.read(buffer, sizeof buffer).text, ::getpid()) &&
                          names(file.read(buffer, sizeof buffer).text, ::getpid());
      return {itself, open_descriptors() == descriptors};
    });
    return {true, held, child && child->itself, child && child->one_descriptor};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(facts->held_before);
  CHECK(facts->child_reads_itself);
  CHECK(facts->child_has_one_descriptor);
}

TEST_CASE(
    "proc_file: a descriptor taken away comes back, and the stranger on its number stays open") {
  char buffer[160];
  int ends[2];
  REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
  struct {
    char const* what;
    int descriptor;
  } const strangers[] = {
      {"nothing", -1},
      {"a file", ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC)},
      {"an empty file", ::open("/dev/null", O_RDONLY | O_CLOEXEC)},
      {"a file to write", ::open("/dev/null", O_WRONLY | O_CLOEXEC)},
      {"a folder", ::open("/", O_RDONLY | O_CLOEXEC)},
      {"another process's", ::open("/proc/1/stat", O_RDONLY | O_CLOEXEC)},
      {"a pipe", ends[0]},
      {"a pipe's other end", ends[1]},
  };
  for (auto const& stranger : strangers) {
    CAPTURE(stranger.what);
    struct stat of_stranger{};
    ::fstat(stranger.descriptor, &of_stranger);
    int number = -1;
    {
      memscape::proc_file file{statm};
      static_cast<void>(file.read(buffer, sizeof buffer));
      auto const held = test_support::statm_descriptors();
      REQUIRE(held.size() == 1);
      number = held[0];
      if (stranger.descriptor < 0) {
        ::close(number);
      } else {
        ::dup2(stranger.descriptor, number);
      }
      auto const text = file.read(buffer, sizeof buffer).text;
      CHECK(text.ends_with('\n'));
      CHECK(text.find_first_not_of("0123456789 \n") == std::string_view::npos);
    }
    CHECK(test_support::statm_descriptors().empty());
    if (stranger.descriptor < 0) continue;
    struct stat left{};
    CHECK(::fstat(number, &left) == 0);
    CHECK(left.st_ino == of_stranger.st_ino);
    CHECK(left.st_dev == of_stranger.st_dev);
    ::close(number);
    ::close(stranger.descriptor);
  }
}

}  // namespace
