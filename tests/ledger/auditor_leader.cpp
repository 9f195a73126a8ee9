// SPDX-License-Identifier: MIT
#include <memscape/ledger/auditor.hpp>

#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <memscape/readers/status.hpp>

#include "readers/support.hpp"

namespace {

using memscape::ledger_fault_kind;

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

TEST_CASE("auditor: once the main thread has ended nothing is known, and nothing is 0") {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  auto const child = ::fork();
  REQUIRE(child != -1);
  if (child == 0) {
    static int out;
    out = ends[1];
    pthread_t other;
    auto const audit_after = [](void*) -> void* {
      // The kernel's own word on it is the second witness.
      while (test_support::read_statm_by_libc().size != 0) ::sched_yield();
      static memscape::registry memory{memscape::native_reader{},
                                       memscape::leaf<"a", "A">(nothing{})};
      static memscape::auditor auditor{memory};
      auto const& found = auditor.audit();
      bool const ok = test_support::read_statm_by_libc().size == 0 && !found.rss &&
                      !found.unexplained && !found.closure_error && !found.mapping_count &&
                      found.faults.has(ledger_fault_kind::statm) &&
                      found.faults.has(ledger_fault_kind::maps) &&
                      memscape::status_reader{}.read().why.code == ESRCH;
      char const told = ok ? 'y' : 'n';
      static_cast<void>(!::write(out, &told, 1));
      ::_exit(0);
    };
    if (::pthread_create(&other, nullptr, audit_after, nullptr) != 0) ::_exit(1);
    ::syscall(SYS_exit, 0);  // of this thread alone
  }
  ::close(ends[1]);
  char told = 0;
  CHECK(::read(ends[0], &told, 1) == 1);
  CHECK(told == 'y');
  ::close(ends[0]);
  ::waitpid(child, nullptr, 0);
}

}  // namespace
