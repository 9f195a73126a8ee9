// SPDX-License-Identifier: MIT
#include <memscape/readers/linux.hpp>

#include <pthread.h>
#include <sys/mount.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <initializer_list>
#include <memscape/core/concepts.hpp>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>

#include "readers/support.hpp"

namespace {

using memscape::linux_reader;
using memscape::linux_reader_options;
using memscape::process_memory;
using memscape::read_step;
using test_support::growth;
using test_support::in_child;
using test_support::is_whole;
using test_support::lacks_statm;
using test_support::mapping;
using test_support::mebibyte;
using test_support::most_of;
using test_support::open_descriptors;
using test_support::statm_descriptors;

static_assert(memscape::memory_reader<linux_reader>);
static_assert(!std::is_copy_constructible_v<linux_reader>);
static_assert(std::is_nothrow_move_constructible_v<linux_reader>);

TEST_CASE("linux: gives what the kernel says, in bytes") {
  linux_reader reader;
  // Between two equal readings of another's, ours has to be equal; a busy runtime makes it take a few.
  for (int attempt = 0; attempt < 1000; ++attempt) {
    auto const before = test_support::read_statm_by_libc();
    auto const memory = reader.read();
    auto const after = test_support::read_statm_by_libc();
    REQUIRE(is_whole(memory));
    if (before != after) continue;
    CHECK(memory.vms->value() == before.size);
    CHECK(memory.rss->value() == before.resident);
    CHECK(memory.shared->value() == before.shared);
    CHECK(memory.data->value() == before.data);
    return;
  }
  FAIL("the process never stood still");
}

TEST_CASE("linux: gives what getrusage says, the peak in bytes") {
  linux_reader reader;
  rusage before{};
  rusage after{};
  ::getrusage(RUSAGE_SELF, &before);
  auto const memory = reader.read();
  ::getrusage(RUSAGE_SELF, &after);
  REQUIRE(is_whole(memory));
  CHECK(memory.page_faults_minor->value() >= static_cast<std::uint64_t>(before.ru_minflt));
  CHECK(memory.page_faults_minor->value() <= static_cast<std::uint64_t>(after.ru_minflt));
  CHECK(memory.page_faults_major->value() >= static_cast<std::uint64_t>(before.ru_majflt));
  CHECK(memory.page_faults_major->value() <= static_cast<std::uint64_t>(after.ru_majflt));
  auto const peak = memory.peak_rss->value();
  CHECK(peak >= static_cast<std::uint64_t>(before.ru_maxrss) * 1024);
  CHECK(peak <= std::max(static_cast<std::uint64_t>(after.ru_maxrss) * 1024, memory.rss->value()));
  CHECK(peak >= memory.rss->value());
}

TEST_CASE("linux: says nothing that only other platforms know") {
  auto const memory = linux_reader{}.read();
  CHECK_FALSE(memory.footprint);
  CHECK_FALSE(memory.commit);
}

TEST_CASE("linux: RSS follows a mapping that is touched page by page") {
  linux_reader reader;
  mapping memory{32 * mebibyte};
  auto const start = reader.read();
  auto const steps = std::size_t{16};
  for (std::size_t step = 1; step <= steps; ++step) {
    auto const touched = memory.pages() * step / steps;
    memory.touch(memory.pages() * (step - 1) / steps, touched);
    CAPTURE(touched);
    // 4 MiB for what the kernel may take from elsewhere.
    CHECK(growth(start, reader.read()) >=
          most_of(touched * test_support::page_size()) - std::int64_t{4 * mebibyte});
  }
}

TEST_CASE("linux: a mapping that nobody touched is address space and data, not RSS") {
  linux_reader reader;
  auto const before = reader.read();
  mapping const untouched{256 * mebibyte};
  auto const after = reader.read();
  CHECK((*after.vms - *before.vms).value() >= 256 * mebibyte);
  CHECK((*after.data - *before.data).value() >= 256 * mebibyte);
  CHECK(growth(before, after) < std::int64_t{128 * mebibyte});
}

TEST_CASE("linux: shared counts pages that shared memory backs, whoever shares them") {
  linux_reader reader;
  auto const before = reader.read();
  mapping memory{16 * mebibyte, MAP_SHARED};
  memory.touch();
  auto const after = reader.read();
  CHECK(static_cast<std::int64_t>((*after.shared - *before.shared).value()) >=
        most_of(16 * mebibyte));
}

TEST_CASE("linux: a page that arrives is a minor fault") {
  linux_reader reader;
  mapping memory{16 * mebibyte};
  auto const before = reader.read();
  memory.touch();
  auto const after = reader.read();
  CHECK((*after.page_faults_minor - *before.page_faults_minor).value() >= memory.pages());
  CHECK(*after.page_faults_major >= *before.page_faults_major);
}

TEST_CASE("linux: the peak stays when the memory goes") {
  linux_reader reader;
  auto const before = reader.read();
  {
    mapping memory{64 * mebibyte};
    memory.touch();
  }
  // Not all of it: the kernel counts the peak from counters that run late by some pages a processor.
  auto const after = reader.read();
  CHECK(static_cast<std::int64_t>(after.peak_rss->value()) >=
        static_cast<std::int64_t>(before.rss->value()) + most_of(64 * mebibyte));
}

// ---- fork

// What a child sees through the reader that it was forked with.
struct child_seen {
  bool whole;
  std::int64_t grown;     // over the 64 MiB that it touched
  std::int64_t off_libc;  // its VMS against what libc reads there
  int descriptors;
  std::int64_t grown_in_its_child;
};

auto touch_and_read(linux_reader& reader) -> std::int64_t {
  auto const before = reader.read();
  mapping memory{64 * mebibyte};
  memory.touch();
  return growth(before, reader.read());
}

auto see_in_child(linux_reader& reader, ::pid_t (*fork)()) -> std::optional<child_seen> {
  return in_child(
      [&]() -> child_seen {
        child_seen seen{};
        seen.grown = touch_and_read(reader);
        auto const memory = reader.read();
        seen.whole = is_whole(memory);
        auto const by_libc = test_support::read_statm_by_libc();
        seen.off_libc = memory.vms ? static_cast<std::int64_t>(memory.vms->value()) -
                                         static_cast<std::int64_t>(by_libc.size)
                                   : INT64_MAX;
        seen.descriptors = open_descriptors();
        auto const grandchild = in_child([&] { return touch_and_read(reader); }, fork);
        seen.grown_in_its_child = grandchild.value_or(INT64_MIN);
        return seen;
      },
      fork);
}

void check_child(linux_reader& reader, ::pid_t (*fork)()) {
  REQUIRE(is_whole(reader.read()));
  auto const descriptors = open_descriptors();
  auto const seen = see_in_child(reader, fork);
  REQUIRE(seen);
  CHECK(seen->whole);
  // Through the parent's descriptor a child's own memory never shows.
  CHECK(seen->grown >= most_of(64 * mebibyte));
  CHECK(seen->grown_in_its_child >= most_of(64 * mebibyte));
  CHECK(std::abs(seen->off_libc) < std::int64_t{16 * mebibyte});
  CHECK(seen->descriptors == descriptors);
  // And the parent's is not disturbed.
  CHECK(touch_and_read(reader) >= most_of(64 * mebibyte));
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("linux: child and grandchild of fork read their own numbers") {
  linux_reader reader;
  check_child(reader, test_support::fork_by_libc);
}

TEST_CASE("linux: child and grandchild of a bare clone read their own numbers") {
  linux_reader reader;
  check_child(reader, test_support::fork_by_system_call);
}

TEST_CASE("linux: child and grandchild read their own numbers without a held descriptor") {
  linux_reader reader{{.descriptors = memscape::descriptor_policy::per_call}};
  check_child(reader, test_support::fork_by_libc);
}

TEST_CASE("linux: child and grandchild read their own numbers where the kernel wipes no page") {
  struct seen {
    bool filtered;
    child_seen child;
  };
  for (auto* const fork : {test_support::fork_by_libc, test_support::fork_by_system_call}) {
    auto const facts = in_child([&]() -> seen {
      if (!test_support::deny({SYS_madvise}, EINVAL)) return {};
      linux_reader reader;
      static_cast<void>(reader.read());
      return {true, see_in_child(reader, fork).value_or(child_seen{})};
    });
    REQUIRE(facts);
    if (!facts->filtered) {
      MESSAGE("skipped: no seccomp filter here");
      return;
    }
    CHECK(facts->child.whole);
    CHECK(facts->child.grown >= most_of(64 * mebibyte));
    CHECK(facts->child.grown_in_its_child >= most_of(64 * mebibyte));
  }
}

TEST_CASE("linux: a reader that was not read before the fork serves the child") {
  linux_reader reader;
  auto const seen = in_child([&] { return touch_and_read(reader); });
  CHECK(seen.value_or(INT64_MIN) >= most_of(64 * mebibyte));
  CHECK(touch_and_read(reader) >= most_of(64 * mebibyte));
}

TEST_CASE("linux: a child that ends its reader leaves the parent's alone") {
  auto reader = std::make_optional<linux_reader>();
  static_cast<void>(reader->read());
  struct seen {
    int before;
    int after;
  };
  auto const facts = in_child([&]() -> seen {
    auto const before = open_descriptors();
    reader.reset();
    return {before, open_descriptors()};
  });
  REQUIRE(facts);
  CHECK(facts->after == facts->before - 1);
  CHECK(is_whole(reader->read()));
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define MEMSCAPE_TEST_UNDER_TSAN
#endif
#endif
#if !defined(MEMSCAPE_TEST_UNDER_TSAN) && !defined(__SANITIZE_THREAD__)
// ThreadSanitizer takes every clone for a fork, and dies when the child shares its memory.
TEST_CASE("linux: a child in its parent's memory reads that memory's numbers") {
  struct shared {
    linux_reader reader;
    process_memory read_there;
  } both;
  static_cast<void>(both.reader.read());
  auto const held = statm_descriptors();
  alignas(64) static std::array<char, 256 * 1024> stack;
  auto const child = ::clone(
      [](void* argument) {
        auto& here = *static_cast<shared*>(argument);
        here.read_there = here.reader.read();
        return 0;
      },
      stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | SIGCHLD, &both);
  REQUIRE(child > 0);
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(status == 0);
  CHECK(is_whole(both.read_there));
  CHECK(is_whole(both.reader.read()));
  CHECK(statm_descriptors() == held);
}
#endif

// ---- faults_every

TEST_CASE("linux: asks for faults at every nth read, and repeats the answer in between") {
  linux_reader reader{{.faults_every = 3}};
  mapping memory{30 * 64 * test_support::page_size()};
  std::array<std::uint64_t, 7> faults{};
  for (std::size_t i = 0; i < faults.size(); ++i) {
    auto const now = reader.read();
    REQUIRE(is_whole(now));
    faults[i] = now.page_faults_minor->value();
    memory.touch(i * 64, (i + 1) * 64);
  }
  CHECK(faults[1] == faults[0]);
  CHECK(faults[2] == faults[0]);
  CHECK(faults[3] >= faults[0] + 3 * 64);
  CHECK(faults[4] == faults[3]);
  CHECK(faults[5] == faults[3]);
  CHECK(faults[6] >= faults[3] + 3 * 64);
}

TEST_CASE("linux: zero is every read, as one is") {
  for (std::uint32_t const every : {0U, 1U}) {
    linux_reader reader{{.faults_every = every}};
    mapping memory{64 * test_support::page_size()};
    auto const before = reader.read();
    memory.touch();
    CHECK((*reader.read().page_faults_minor - *before.page_faults_minor).value() >= 64);
  }
}

TEST_CASE("linux: repeats no parent's faults in a child") {
  linux_reader reader{{.faults_every = 1000}};
  mapping memory{16 * mebibyte};
  memory.touch();
  auto const parents = reader.read();
  REQUIRE(is_whole(parents));
  struct seen {
    process_memory memory;
    rusage after;
  };
  auto const facts = in_child([&]() -> seen {
    seen now{};
    now.memory = reader.read();
    ::getrusage(RUSAGE_SELF, &now.after);
    return now;
  });
  REQUIRE(facts);
  REQUIRE(is_whole(facts->memory));
  // A child begins at no faults, and so is behind its parent still.
  CHECK(facts->memory.page_faults_minor->value() <=
        static_cast<std::uint64_t>(facts->after.ru_minflt));
  CHECK(facts->memory.page_faults_minor < parents.page_faults_minor);
  CHECK(reader.read().page_faults_minor == parents.page_faults_minor);
}

TEST_CASE("linux: repeats no parent's faults in a child that has its parent's number") {
  auto const good = test_support::as_process_one([](auto inner) {
    linux_reader reader{{.faults_every = 1000}};
    mapping memory{16 * mebibyte};
    memory.touch();
    auto const parents = reader.read();
    auto const childs = in_child([&] { return reader.read(); }, inner);
    return childs && is_whole(*childs) && childs->page_faults_minor < parents.page_faults_minor;
  });
  if (!good) {
    MESSAGE("skipped: this process may make no PID namespace");
    return;
  }
  CHECK(*good);
}

TEST_CASE("linux: the peak is never below the RSS beside it, also when it is repeated") {
  linux_reader reader{{.faults_every = 1000}};
  static_cast<void>(reader.read());
  mapping memory{64 * mebibyte};
  memory.touch();
  auto const after = reader.read();
  CHECK(*after.peak_rss >= *after.rss);
}

// ---- descriptors

TEST_CASE("linux: holds one descriptor, which programs it executes do not inherit") {
  auto const before = open_descriptors();
  {
    linux_reader reader;
    for (int i = 0; i < 5; ++i) static_cast<void>(reader.read());
    auto const held = statm_descriptors();
    REQUIRE(held.size() == 1);
    CHECK((::fcntl(held[0], F_GETFD) & FD_CLOEXEC) != 0);
    linux_reader moved{std::move(reader)};
    CHECK(is_whole(moved.read()));
    CHECK(open_descriptors() == before + 1);
  }
  CHECK(open_descriptors() == before);
}

TEST_CASE("linux: holds no descriptor where it is told not to") {
  auto const before = open_descriptors();
  linux_reader reader{{.descriptors = memscape::descriptor_policy::per_call}};
  for (int i = 0; i < 3; ++i) {
    CHECK(is_whole(reader.read()));
    CHECK(open_descriptors() == before);
  }
}

TEST_CASE("linux: with no descriptor left at the start, says so, and recovers") {
  struct seen {
    process_memory without;
    process_memory again;
    process_memory with;
    int held;
  };
  auto const facts = in_child([]() -> seen {
    seen now{};
    linux_reader reader;
    test_support::forbid_descriptors();
    now.without = reader.read();
    now.again = reader.read();
    test_support::allow_descriptors();
    now.with = reader.read();
    now.held = static_cast<int>(statm_descriptors().size());
    return now;
  });
  REQUIRE(facts);
  CHECK(lacks_statm(facts->without, read_step::open_statm, EMFILE));
  CHECK(lacks_statm(facts->again, read_step::open_statm, EMFILE));
  CHECK(is_whole(facts->with));
  CHECK(facts->held == 1);
}

TEST_CASE("linux: with no descriptor left later, goes on with the one it holds") {
  struct seen {
    process_memory held;
    process_memory not_held;
  };
  auto const facts = in_child([]() -> seen {
    linux_reader reader;
    linux_reader holds_none{{.descriptors = memscape::descriptor_policy::per_call}};
    static_cast<void>(reader.read());
    static_cast<void>(holds_none.read());
    test_support::forbid_descriptors();
    static_cast<void>(reader.read());
    return {reader.read(), holds_none.read()};
  });
  REQUIRE(facts);
  CHECK(is_whole(facts->held));
  CHECK(lacks_statm(facts->not_held, read_step::open_statm, EMFILE));
}

TEST_CASE("linux: a program that closes every descriptor and opens files of its own loses none") {
  // A parent's numbers would parse too: these are what daemons open after closefrom(3).
  constexpr std::array<int (*)(), 7> open_one{
      [] { return ::open("/dev/null", O_RDWR); },    //
      [] { return ::open("/dev/zero", O_RDONLY); },  //
      [] { return ::open("/dev/null", O_WRONLY); },  //
      [] { return ::open("/", O_RDONLY); },          //
      [] { return ::open("/proc/self/maps", O_RDONLY); },
      [] {
        int ends[2];
        return ::pipe(ends) == 0 ? ends[0] : -1;
      },
      [] { return static_cast<int>(::syscall(SYS_memfd_create, "own", 0)); },
  };
  for (std::size_t which = 0; which < open_one.size(); ++which) {
    CAPTURE(which);
    struct seen {
      bool on_its_number;
      process_memory closed;
      process_memory reused;
      process_memory after;
      bool stranger_open;
      bool stranger_open_at_the_end;
      int left;
    };
    auto const facts = in_child([&]() -> seen {
      seen now{};
      auto reader = std::make_optional<linux_reader>();
      static_cast<void>(reader->read());
      ::syscall(SYS_close_range, 3U, ~0U, 0U);
      // One round without a stranger, one with it on the number.
      now.closed = reader->read();
      auto const held = statm_descriptors();
      ::syscall(SYS_close_range, 3U, ~0U, 0U);
      auto const stranger = open_one[which]();
      struct stat opened{};
      ::fstat(stranger, &opened);
      now.on_its_number = held.size() == 1 && held[0] == stranger;
      auto const is_open = [&] {
        struct stat status{};
        return ::fstat(stranger, &status) == 0 && status.st_ino == opened.st_ino &&
               status.st_dev == opened.st_dev;
      };
      now.reused = reader->read();
      now.after = reader->read();
      now.stranger_open = is_open();
      reader.reset();
      now.stranger_open_at_the_end = is_open();
      now.left = static_cast<int>(statm_descriptors().size());
      return now;
    });
    REQUIRE(facts);
    CHECK(facts->on_its_number);
    CHECK(is_whole(facts->closed));
    CHECK(is_whole(facts->reused));
    CHECK(is_whole(facts->after));
    CHECK(facts->stranger_open);
    CHECK(facts->stranger_open_at_the_end);
    CHECK(facts->left == 0);
  }
}

// ---- threads

constexpr auto threads = 8;
constexpr auto reads_of_a_thread = 500;

template <class Read>
auto failed_reads(Read read) -> int {
  std::array<int, threads> failed{};
  std::array<std::thread, threads> all;
  for (std::size_t i = 0; i < threads; ++i) {
    all[i] = std::thread{[&failed, read, i]() mutable { failed[i] = read(); }};
  }
  for (auto& thread : all) thread.join();
  return std::count_if(failed.begin(), failed.end(), [](int n) { return n != 0; }) == 0 ? 0 : 1;
}

TEST_CASE("linux: eight threads read with a reader each") {
  auto const descriptors = open_descriptors();
  CHECK(failed_reads([] {
          linux_reader reader;
          int failed = 0;
          for (int i = 0; i < reads_of_a_thread; ++i) failed += is_whole(reader.read()) ? 0 : 1;
          return failed;
        }) == 0);
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("linux: eight threads read with one reader, which opens one descriptor for them all") {
  auto const descriptors = open_descriptors();
  for (std::uint32_t const every : {1U, 3U}) {
    linux_reader reader{{.faults_every = every}};
    CHECK(failed_reads([&reader] {
            int failed = 0;
            for (int i = 0; i < reads_of_a_thread; ++i) failed += is_whole(reader.read()) ? 0 : 1;
            return failed;
          }) == 0);
    CHECK(open_descriptors() == descriptors + 1);
  }
  CHECK(open_descriptors() == descriptors);
}

TEST_CASE("linux: eight threads recover together from a descriptor that was taken away") {
  auto const facts = in_child([] {
    linux_reader reader;
    static_cast<void>(reader.read());
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    return failed_reads([&reader] {
      int failed = 0;
      for (int i = 0; i < reads_of_a_thread; ++i) failed += is_whole(reader.read()) ? 0 : 1;
      return failed;
    });
  });
  CHECK(facts == 0);
}

// ---- closed doors

TEST_CASE("linux: where /proc is hidden, numbers are absent with the reason") {
  struct seen {
    bool hidden;
    process_memory fresh;
    process_memory held;
  };
  auto const facts = in_child([]() -> seen {
    linux_reader held;
    static_cast<void>(held.read());
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", "/proc", "tmpfs", 0, nullptr) != 0) {
      return {};
    }
    linux_reader fresh;
    return {true, fresh.read(), held.read()};
  });
  REQUIRE(facts);
  if (!facts->hidden) {
    MESSAGE("skipped: this user may not mount");
    return;
  }
  CHECK(lacks_statm(facts->fresh, read_step::open_statm, ENOENT));
  CHECK(is_whole(facts->held));
}

TEST_CASE("linux: where a filter denies a call, numbers are absent with the reason") {
  struct seen {
    bool filtered;
    process_memory fresh;
    process_memory held;
  };
  auto const with_denied = [](std::initializer_list<long> calls) {
    return in_child([&]() -> seen {
      linux_reader held;
      static_cast<void>(held.read());
      linux_reader fresh;
      if (!test_support::deny(calls, EACCES)) return {};
      return {true, fresh.read(), held.read()};
    });
  };
  auto const opening = with_denied({
      SYS_openat,
#ifdef SYS_open
      SYS_open,
#endif
  });
  REQUIRE(opening);
  if (!opening->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(lacks_statm(opening->fresh, read_step::open_statm, EACCES));
  CHECK(is_whole(opening->held));

  auto const reading = with_denied({SYS_pread64});
  REQUIRE(reading);
  CHECK(lacks_statm(reading->fresh, read_step::read_statm, EACCES));
  CHECK(lacks_statm(reading->held, read_step::read_statm, EACCES));

  auto const usage = with_denied({SYS_getrusage});
  REQUIRE(usage);
  for (auto const& memory : {usage->fresh, usage->held}) {
    CHECK(memory.rss);
    CHECK_FALSE(memory.peak_rss);
    CHECK_FALSE(memory.page_faults_minor);
    CHECK_FALSE(memory.page_faults_major);
    REQUIRE(memory.errors.size() == 1);
    CHECK(*memory.errors.begin() == memscape::read_error{read_step::getrusage, EACCES});
  }
}

TEST_CASE("linux: says both reasons when both steps fail") {
  struct seen {
    bool filtered;
    process_memory memory;
  };
  auto const facts = in_child([]() -> seen {
    linux_reader reader;
    if (!test_support::deny({SYS_pread64, SYS_getrusage}, EPERM)) return {};
    return {true, reader.read()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  process_memory nothing;
  nothing.errors.add({read_step::read_statm, EPERM});
  nothing.errors.add({read_step::getrusage, EPERM});
  CHECK(facts->memory == nothing);
}

TEST_CASE("linux: reads on in a process that is not dumpable, as after setuid") {
  struct seen {
    bool is_another_user;
    bool dumpable;
    process_memory fresh;
    process_memory held;
  };
  auto const facts = in_child([]() -> seen {
    linux_reader held;
    static_cast<void>(held.read());
    bool const another = ::setgid(65534) == 0 && ::setuid(65534) == 0;
    if (!another) ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    linux_reader fresh;
    return {another, ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1, fresh.read(), held.read()};
  });
  REQUIRE(facts);
  if (!facts->is_another_user) MESSAGE("this user may not become another: not dumpable by request");
  CHECK_FALSE(facts->dumpable);
  CHECK(is_whole(facts->fresh));
  CHECK(is_whole(facts->held));
}

auto tells_nothing_of_memory() -> bool {
  auto const memory = linux_reader{}.read();
  process_memory absent;
  absent.errors.add({read_step::parse_statm, ESRCH});
  return !memory.rss && !memory.vms && !memory.shared && !memory.data &&
         memory.errors == absent.errors;
}

TEST_CASE("linux: once the main thread has ended, what statm no longer tells is absent") {
  CHECK(test_support::holds_without_main_thread<tells_nothing_of_memory>());
}

}  // namespace
