// SPDX-License-Identifier: MIT
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/ledger/threads/thread_list.hpp>
#include <set>

#include "ledger/waiting_threads.hpp"
#include "readers/support.hpp"

namespace {

TEST_CASE("thread_list: every thread, also more than one read of the folder takes") {
  std::set<::pid_t> started;
  test_support::waiting_threads const threads{100};
  for (auto const tid : threads.tids()) started.insert(tid);
  started.insert(::getpid());
  std::set<::pid_t> listed;
  CHECK(memscape::each_thread([&](::pid_t tid) { listed.insert(tid); }) == 0);
  CHECK(std::includes(listed.begin(), listed.end(), started.begin(), started.end()));
}

TEST_CASE("thread_list: where no descriptor is to be had the errno says so") {
  auto const why = test_support::in_child([] {
    test_support::forbid_descriptors();
    return memscape::each_thread([](::pid_t) {});
  });
  CHECK(why == EMFILE);
}

TEST_CASE("thread_list: the list of robust locks, where the C library registers one") {
  auto const own = memscape::robust_list_of(static_cast<::pid_t>(::syscall(SYS_gettid)));
#if defined(__GLIBC__)
  CHECK(own != 0);
#else
  (void)own;
#endif
  auto const denied = test_support::in_child([] {
    if (!test_support::deny({SYS_get_robust_list}, EPERM)) return true;
    return memscape::robust_list_of(::getpid()) == 0 && errno == EPERM;
  });
  CHECK(denied == true);
}

}  // namespace
