// SPDX-License-Identifier: MIT
// How much stack the calls need that docs/ledger.md gives a least stack for.
#include <ucontext.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/auditor.hpp>
#include <memscape/ledger/residency_meter.hpp>
#include <memscape/memscape.hpp>
#include <memscape/readers/extended.hpp>

#include "ledger/support.hpp"

namespace {

struct nothing {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

struct fibre {
  ucontext_t outside;
  ucontext_t inside;
  void (*work)();
};
fibre* running = nullptr;

void enter() { running->work(); }

/// How deep `work` goes on a stack of its own, by what is left of its paint. Units: bytes.
auto depth(void (*work)()) -> std::size_t {
  constexpr unsigned char paint = 0x5a;
  test_support::region const stack{64};
  std::memset(stack.at(0), paint, stack.size());
  static fibre one;
  one.work = work;
  running = &one;
  ::getcontext(&one.inside);
  one.inside.uc_stack.ss_sp = stack.at(0);
  one.inside.uc_stack.ss_size = stack.size();
  one.inside.uc_link = &one.outside;
  ::makecontext(&one.inside, enter, 0);
  ::swapcontext(&one.outside, &one.inside);
  std::size_t left = 0;
  while (left < stack.size() && static_cast<unsigned char>(stack.at(0)[left]) == paint) ++left;
  return stack.size() - left;
}

TEST_CASE("least_stack: each call fits the stack that the documentation gives it") {
  if (test_support::sanitized) {
    MESSAGE("skipped: a sanitizer's frames are larger");
    return;
  }
  static memscape::registry memory{memscape::native_reader{}, memscape::leaf<"x">(nothing{})};
  static memscape::registry detailed{memscape::extended_reader{memscape::native_reader{}},
                                     memscape::leaf<"x">(nothing{})};
  static memscape::auditor auditor{memory};
  static memscape::residency_meter meter;
  CHECK(depth([] { (void)memory.collect(); }) <= 8 * 1024);
  CHECK(depth([] { (void)detailed.collect(); }) <= 32 * 1024);
  CHECK(depth([] { (void)auditor.audit(); }) <= 32 * 1024);
  CHECK(depth([] { (void)auditor.step(1000); }) <= 32 * 1024);
  CHECK(depth([] { (void)meter.measure({&auditor, sizeof auditor}); }) <= 16 * 1024);
  // The witness itself: a frame of known size is found.
  CHECK(depth([] {
          char volatile room[20'000];
          room[0] = 1;
          room[sizeof room - 1] = 1;
        }) >= 20'000);
}

}  // namespace
