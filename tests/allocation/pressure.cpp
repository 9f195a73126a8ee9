// SPDX-License-Identifier: MIT
// A process at the end of its memory: its samples go on, take nothing from the heap, and never say zero.
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <doctest/doctest.h>
#include <memscape/readers/extended.hpp>
#include <new>
#include <thread>

#include "support/heap_counter.hpp"
#include "support/memory_group.hpp"

namespace {

using memscape::bytes;
using memscape::extended_reader;
using memscape::limit_kind;
using test_support::memory_group;

constexpr std::uint64_t mebibyte = 1U << 20U;

// What a child reports, in memory that outlives it.
struct report {
  std::atomic<std::uint64_t> samples{0};
  std::atomic<std::uint64_t> wrong{0};
  std::atomic<std::uint64_t> allocations{0};
  std::atomic<std::uint64_t> samples_at_the_end{0};
  std::atomic<std::uint64_t> highest_rss{0};
  std::atomic<std::uint64_t> limit{0};
  std::atomic<int> kind{-1};
  std::atomic<bool> entered{false};
};

class shared_report {
 public:
  shared_report()
      : memory_{::mmap(nullptr, sizeof(report), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
                       -1, 0)},
        report_{::new(memory_) report{}} {}
  shared_report(shared_report const&) = delete;
  auto operator=(shared_report const&) -> shared_report& = delete;
  ~shared_report() { ::munmap(memory_, sizeof(report)); }
  auto operator->() const -> report* { return report_; }
  auto operator*() const -> report& { return *report_; }

 private:
  void* memory_;
  report* report_;
};

// Samples every 10 ms for as long as the process lives, everything each time.
[[noreturn]] void sample_for_ever(report& into, std::atomic<bool> const& at_the_end) {
  extended_reader reader{memscape::native_reader{},
                         {.status_ms = 1, .rollup_ms = 1, .limits_ms = 1, .rollup_share = 0}};
  for (;;) {
    memscape::extended_memory now;
    auto const heap = test_support::heap_calls_in([&] { now = reader.read(); });
    bool const good = now.rss && now.rss->value() > 0 && now.vms && now.vms->value() > 0 &&
                      now.peak_rss && now.page_faults_minor && now.rss_anon &&
                      now.rss_anon->value() > 0 && now.uss && now.uss->value() > 0 &&
                      now.limits.limit && now.limits.limit_used;
    if (!good) ++into.wrong;
    into.allocations += heap.allocations;
    if (now.rss && now.rss->value() > into.highest_rss) into.highest_rss = now.rss->value();
    into.limit = now.limits.limit.value_or(bytes{}).value();
    into.kind = static_cast<int>(now.limits.kind);
    if (at_the_end) ++into.samples_at_the_end;
    ++into.samples;
    into.samples.notify_all();
    timespec const pause{0, 10'000'000};
    ::nanosleep(&pause, nullptr);
  }
}

// Takes a mebibyte after another, not faster than it is sampled, and has samples go on at the end.
[[noreturn]] void take_all(report& into) {
  std::atomic<bool> at_the_end{false};
  std::thread{[&] { sample_for_ever(into, at_the_end); }}.detach();
  into.samples.wait(0);
  for (;;) {
    void* const piece =
        ::mmap(nullptr, mebibyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (piece == MAP_FAILED) at_the_end = true;
    if (at_the_end && into.samples_at_the_end >= 10) ::_exit(0);
    if (piece != MAP_FAILED) {
      for (std::uint64_t at = 0; at < mebibyte; at += 4096)
        static_cast<char volatile*>(piece)[at] = 1;
    }
    auto const seen = into.samples.load();
    into.samples.wait(seen);
  }
}

auto status_of(::pid_t child) -> int {
  int status = -1;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

TEST_CASE("pressure: at the limit of its address space a process samples on, and takes nothing") {
  shared_report const seen;
  auto const child = ::fork();
  REQUIRE(child != -1);
  if (child == 0) {
    auto const vms = memscape::native_reader{}.read().vms.value_or(bytes{}).value();
    // The second thread's stack and heap are address space, too.
    rlimit const limit{vms + 80 * mebibyte, vms + 80 * mebibyte};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(1);
    take_all(*seen);
  }
  auto const status = status_of(child);
  CHECK(WIFEXITED(status));
  CHECK(WEXITSTATUS(status) == 0);
  CHECK(seen->samples > 10);
  CHECK(seen->samples_at_the_end >= 10);
  CHECK(seen->wrong == 0);
  CHECK(seen->allocations == 0);
  CHECK(seen->kind == static_cast<int>(limit_kind::address_space));
}

TEST_CASE(
    "pressure: in a memory group a process samples until the kernel kills it, which is counted") {
  memory_group const group{48 * mebibyte};
  if (!group.usable()) {
    MESSAGE("skipped: this user may make no memory group here");
    return;
  }
  shared_report const seen;
  auto const child = ::fork();
  REQUIRE(child != -1);
  if (child == 0) {
    if (!group.enter()) ::_exit(1);
    seen->entered = true;
    take_all(*seen);
  }
  auto const status = status_of(child);
  REQUIRE(seen->entered);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
  CHECK(seen->samples > 10);
  CHECK(seen->wrong == 0);
  CHECK(seen->allocations == 0);
  CHECK(seen->highest_rss > 24 * mebibyte);
  CHECK(seen->limit == 48 * mebibyte);
  auto const events = memscape::parse_cgroup_events(
      group.text_of(group.version() == 2 ? "memory.events" : "memory.oom_control"));
  REQUIRE(events);
  CHECK(events->oom_kill == memscape::count{1});
}

TEST_CASE("pressure: in a group of 256 MiB the limit is that group's, by name and value") {
  memory_group const group{256 * mebibyte};
  if (!group.usable()) {
    MESSAGE("skipped: this user may make no memory group here");
    return;
  }
  shared_report const seen;
  auto const child = ::fork();
  REQUIRE(child != -1);
  if (child == 0) {
    if (!group.enter()) ::_exit(1);
    auto const detail = extended_reader{}.read();
    seen->kind = static_cast<int>(detail.limits.kind);
    seen->limit = detail.limits.limit.value_or(bytes{}).value();
    seen->wrong = detail.limits.cgroup_current && detail.limits.oom_kills ? 0 : 1;
    ::_exit(0);
  }
  CHECK(status_of(child) == 0);
  CHECK(seen->limit == 256 * mebibyte);
  CHECK(seen->wrong == 0);
  CHECK(seen->kind ==
        static_cast<int>(group.version() == 2 ? limit_kind::cgroup_max : limit_kind::cgroup_v1));
}

}  // namespace
