// SPDX-License-Identifier: MIT
// What the readers say, against what others say of the same process, and in the corners in which memory
// readers go wrong.
#include <sys/mount.h>

#include <array>
#include <cerrno>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memscape/readers/extended.hpp>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "readers/support.hpp"

namespace {

using memscape::extended_memory;
using memscape::extended_reader;
using memscape::linux_reader;
using memscape::read_error;
using memscape::read_step;
using test_support::in_child;
using test_support::is_whole;
using test_support::mapping;
using test_support::mebibyte;
using test_support::most_of;

// A number that a program prints; 0 where there is no such program.
auto printed_by(std::string const& command) -> std::uint64_t {
  unsigned long long number = 0;
  if (auto* const output = ::popen((command + " 2>/dev/null").c_str(), "re")) {
    if (std::fscanf(output, "%llu", &number) != 1) number = 0;
    ::pclose(output);
  }
  return number;
}

auto of_ps(char const* column) -> std::uint64_t {
  return printed_by("ps -o " + std::string{column} + "= -p " + std::to_string(::getpid())) * 1024;
}

TEST_CASE("truth: RSS and VMS are what ps says") {
  linux_reader reader;
  mapping memory{64 * mebibyte};
  memory.touch();
  if (of_ps("rss") == 0) {
    MESSAGE("skipped: no ps here");
    return;
  }
  auto const before = reader.read();
  auto const rss = of_ps("rss");
  auto const vms = of_ps("vsz");
  REQUIRE(is_whole(before));
  auto const difference = [](std::uint64_t a, std::uint64_t b) { return a > b ? a - b : b - a; };
  // popen itself takes some pages, and some kernels tell ps a rounded number.
  CHECK(difference(before.rss->value(), rss) < 4 * mebibyte);
  CHECK(difference(before.vms->value(), vms) < 16 * mebibyte);
}

TEST_CASE("truth: the parts of RSS add up to it") {
  extended_reader reader;
  for (int attempt = 0; attempt < 1000; ++attempt) {
    memscape::status_reader status;
    auto const before = reader.read().rss;
    auto const parts = status.read().value;
    auto const after = reader.read().rss;
    REQUIRE(parts);
    if (before != after) continue;
    auto const sum = *parts->rss_anon + *parts->rss_file + *parts->rss_shmem;
    auto const rss = *before;
    CHECK((sum > rss ? sum - rss : rss - sum).value() <= 2 * mebibyte);
    return;
  }
  FAIL("the process never stood still");
}

#if defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define MEMSCAPE_TEST_SANITIZED
#endif
#endif
#if defined(MEMSCAPE_TEST_SANITIZED) || defined(__SANITIZE_ADDRESS__)
constexpr std::size_t many_threads = 100;  // which cost a sanitizer megabytes each
#else
constexpr std::size_t many_threads = 1000;
#endif

TEST_CASE("truth: a thousand idle threads are address space and data, and hardly RSS") {
  extended_reader reader;
  auto const before = reader.read();
  std::mutex mutex;
  std::condition_variable may_go;
  bool go = false;
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < many_threads; ++i) {
    threads.emplace_back([&] {
      std::unique_lock lock{mutex};
      may_go.wait(lock, [&] { return go; });
    });
  }
  extended_reader fresh;
  auto const with = fresh.read();
  {
    std::lock_guard lock{mutex};
    go = true;
  }
  may_go.notify_all();
  for (auto& thread : threads) thread.join();
  REQUIRE(is_whole(with));
  REQUIRE(with.threads);
  CHECK(with.threads->value() >= before.threads->value() + many_threads);
  CHECK((*with.vms - *before.vms).value() >= many_threads * mebibyte);
  CHECK((*with.data - *before.data).value() >= many_threads * mebibyte);
  // A stack is 8 MiB of address space, and a few resident pages.
#ifndef MEMSCAPE_TEST_SANITIZED
  CHECK(test_support::growth(before, with) < std::int64_t{many_threads * mebibyte / 4});
#endif
}

// The program that the case below executes in its place: this one, with this case alone.
constexpr auto executed = "MEMSCAPE_TEST_EXECUTED";

TEST_CASE("truth: executed program") {
  if (std::getenv(executed) == nullptr) return;
  CHECK(test_support::statm_descriptors().empty());
  CHECK(test_support::open_descriptors() <= 4);
  auto const detail = extended_reader{}.read();
  REQUIRE(is_whole(detail));
  // ru_maxrss is carried over by execve(2), VmHWM is not.
  CHECK(detail.peak_rss->value() >= 64 * mebibyte);
  REQUIRE(detail.peak_rss_since_exec);
#ifndef MEMSCAPE_TEST_SANITIZED
  CHECK(detail.peak_rss_since_exec->value() < 64 * mebibyte);
  CHECK(detail.rss->value() < 64 * mebibyte);
#endif
}

TEST_CASE("truth: an executed program inherits no descriptor, and its own peak begins anew") {
  auto const child = ::fork();
  REQUIRE(child != -1);
  if (child == 0) {
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    extended_reader reader;
    mapping memory{80 * mebibyte};
    memory.touch();
    static_cast<void>(reader.read());
    ::setenv(executed, "1", 1);
    int const nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
    ::dup2(nowhere, 1);
    ::execl("/proc/self/exe", "test_readers", "-tc=truth: executed program", nullptr);
    ::_exit(127);
  }
  int status = -1;
  ::waitpid(child, &status, 0);
  CHECK(WIFEXITED(status));
  if (WEXITSTATUS(status) == 127) {
    // As under an emulator, whose own program that is.
    MESSAGE("skipped: this system does not execute /proc/self/exe");
    return;
  }
  CHECK(WEXITSTATUS(status) == 0);
}

auto has(extended_memory const& detail, read_error error) -> bool {
  for (auto const& each : detail.detail_errors) {
    if (each == error) return true;
  }
  return false;
}

TEST_CASE("truth: where /proc is hidden every part has its reason, and no number is zero for it") {
  struct seen {
    bool hidden;
    extended_memory detail;
  };
  auto const facts = in_child([]() -> seen {
    if (::unshare(CLONE_NEWNS) != 0 ||
        ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        ::mount("none", "/proc", "tmpfs", 0, nullptr) != 0) {
      return {};
    }
    return {true, extended_reader{}.read()};
  });
  REQUIRE(facts);
  if (!facts->hidden) {
    MESSAGE("skipped: this user may not mount");
    return;
  }
  auto const& detail = facts->detail;
  CHECK(test_support::lacks_statm(detail, read_step::open_statm, ENOENT));
  for (auto const step : {read_step::open_status, read_step::open_rollup, read_step::open_cgroup,
                          read_step::open_meminfo}) {
    CHECK(has(detail, {step, ENOENT}));
  }
  CHECK_FALSE(detail.rss_anon);
  CHECK_FALSE(detail.threads);
  CHECK_FALSE(detail.uss);
  CHECK_FALSE(detail.limits.limit);
}

TEST_CASE("truth: where a filter denies open every part has its reason") {
  struct seen {
    bool filtered;
    extended_memory detail;
  };
  auto const facts = in_child([]() -> seen {
    extended_reader reader;
    bool const filtered = test_support::deny(
        {
            SYS_openat,
#ifdef SYS_open
            SYS_open,
#endif
        },
        EPERM);
    return {filtered, reader.read()};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK(test_support::lacks_statm(facts->detail, read_step::open_statm, EPERM));
  for (auto const step : {read_step::open_status, read_step::open_rollup, read_step::open_cgroup,
                          read_step::open_meminfo}) {
    CHECK(has(facts->detail, {step, EPERM}));
  }
}

TEST_CASE("truth: eight threads read the whole detail with a reader each") {
  std::array<int, 8> failed{};
  std::array<std::thread, 8> threads;
  for (std::size_t i = 0; i < threads.size(); ++i) {
    threads[i] = std::thread{[&failed, i] {
      for (int n = 0; n < 10; ++n) {
        // A fresh one: everything is due.
        auto const detail = extended_reader{}.read();
        if (!is_whole(detail) || !detail.rss_anon || !detail.pss || !detail.limits.limit) {
          ++failed[i];
        }
      }
    }};
  }
  for (auto& thread : threads) thread.join();
  CHECK(failed == std::array<int, 8>{});
}

}  // namespace
