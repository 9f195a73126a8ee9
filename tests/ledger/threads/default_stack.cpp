// SPDX-License-Identifier: MIT
#include <memscape/ledger/threads/default_stack.hpp>

#include <sys/syscall.h>

#include <cerrno>
#include <doctest/doctest.h>

#include "readers/support.hpp"

namespace {

using memscape::default_stack;

TEST_CASE("default_stack: the limit in whole pages, and 2 MiB without one") {
  auto const good = test_support::in_child([] {
    rlimit limit{};
    if (::getrlimit(RLIMIT_STACK, &limit) != 0) return false;
    limit.rlim_cur = (std::size_t{1} << 20U) + 100;
    if (::setrlimit(RLIMIT_STACK, &limit) != 0) return false;
    if (default_stack::ask(4096).size != std::size_t{1} << 20U) return false;
    if (limit.rlim_max != RLIM_INFINITY) return true;
    limit.rlim_cur = RLIM_INFINITY;
    return ::setrlimit(RLIMIT_STACK, &limit) == 0 && default_stack::ask(4096).size == std::size_t{2}
                                                                                          << 20U;
  });
  CHECK(good == true);
}

TEST_CASE("default_stack: where the call is denied, the errno says why") {
  auto const why = test_support::in_child([] {
    if (!test_support::deny({SYS_getrlimit, SYS_prlimit64}, EPERM)) return EPERM;
    return default_stack::ask(4096).why;
  });
  CHECK(why == EPERM);
}

}  // namespace
