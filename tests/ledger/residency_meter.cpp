// SPDX-License-Identifier: MIT
#include <memscape/ledger/residency_meter.hpp>

#include <sys/mman.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <type_traits>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

using memscape::address_range;
using memscape::bytes;
using memscape::page_method;
using memscape::quality;
using memscape::residency_meter;
using test_support::one_page;
using test_support::region;

static_assert(sizeof(residency_meter) < 7 * 1024);

constexpr page_method methods[] = {page_method::scan, page_method::pagemap, page_method::mincore};

auto whole(region const& of) -> address_range { return {of.at(0), of.size()}; }

TEST_CASE("residency_meter: what was written to is resident, by every method") {
  region const memory{5000};
  memory.write(10, 20);
  memory.write(4000, 5000);
  for (auto const method : methods) {
    residency_meter meter{method};
    CHECK(meter.result().worth == quality::unavailable);
    auto const& found = meter.measure(whole(memory));
    CHECK(found.resident == bytes{1010 * one_page});
    CHECK(found.worth == (method == page_method::scan ? quality::exact : quality::upper_bound));
    CHECK(found.swapped.has_value() == (method != page_method::mincore));
    CHECK(found.why == 0);
  }
}

TEST_CASE("residency_meter: of a page that lies in the range by a part, that part counts") {
  region const memory{4};
  memory.write();
  residency_meter meter;
  CHECK(meter.measure({memory.at(0) + 100, 50}).resident == bytes{50});
  CHECK(meter.measure({memory.at(0) + 100, 2 * one_page}).resident == bytes{2 * one_page});
  CHECK(meter.measure({memory.at(1) - 1, one_page + 2}).resident == bytes{one_page + 2});
}

TEST_CASE("residency_meter: nothing is no memory, and neither is what is not mapped") {
  for (auto const method : methods) {
    residency_meter meter{method};
    CHECK(meter.measure({}).resident == bytes{});
    region const memory{600};
    memory.write(0, 100);
    memory.write(500, 600);
    ::munmap(memory.at(90), 420 * one_page);
    CHECK(meter.measure(whole(memory)).resident == bytes{180 * one_page});
  }
}

TEST_CASE("residency_meter: steps of no time come to the same end") {
  region const memory{8192};
  memory.write();
  residency_meter meter;
  CHECK_FALSE(meter.step(0));
  meter.begin(whole(memory));
  int steps = 1;
  for (; !meter.step(0); ++steps) CHECK_FALSE(meter.result().resident);
  CHECK(meter.result().resident == bytes{8192 * one_page});
  // 8 MiB each.
  CHECK(steps >= 4);
  CHECK_FALSE(meter.step(0));
}

TEST_CASE("residency_meter: a child of fork measures its own memory") {
  region const memory{8192};
  memory.write();
  residency_meter meter;
  meter.begin(whole(memory));
  REQUIRE_FALSE(meter.step(0));
  auto const found = test_support::in_child([&] {
    ::madvise(memory.at(0), memory.size(), MADV_DONTNEED);
    memory.write(0, 3);
    while (!meter.step(0)) {
    }
    return meter.result().resident.value_or(bytes::max()).value();
  });
  REQUIRE(found);
  CHECK(*found == 3 * one_page);
  while (!meter.step(0)) {
  }
  CHECK(meter.result().resident == bytes{8192 * one_page});
}

TEST_CASE("residency_meter: a child that has its parent's number measures its own memory") {
  region const memory{8192};
  memory.write();
  auto const found = test_support::as_process_one([&](auto inner) {
    residency_meter meter;
    meter.begin(whole(memory));
    (void)meter.step(0);
    return test_support::in_child(
        [&] {
          ::madvise(memory.at(0), memory.size(), MADV_DONTNEED);
          memory.write(0, 3);
          while (!meter.step(0)) {
          }
          return meter.result().resident.value_or(bytes::max()).value();
        },
        inner);
  });
  if (!found) {
    MESSAGE("skipped: this process may make no PID namespace");
    return;
  }
  CHECK(*found == 3 * one_page);
}

TEST_CASE("residency_meter: where the kernel does not tell, nothing is known, and why") {
  struct seen {
    bool filtered;
    bool resident;
    int why;
  };
  auto const facts = test_support::in_child([]() -> seen {
    if (!test_support::deny({SYS_mincore}, EPERM)) return {};
    residency_meter meter{page_method::mincore};
    auto const found = meter.measure({&meter, sizeof meter});
    return {true, found.resident.has_value() || found.worth != quality::unavailable, found.why};
  });
  REQUIRE(facts);
  if (!facts->filtered) {
    MESSAGE("skipped: no seccomp filter here");
    return;
  }
  CHECK_FALSE(facts->resident);
  CHECK(facts->why == EPERM);
}

TEST_CASE("residency_meter: a range that no address is in is no memory, or not measured") {
  residency_meter meter;
  auto const at = [](std::uintptr_t address) { return reinterpret_cast<void const*>(address); };
  CHECK(meter.measure({at(UINTPTR_MAX - 10), 100}).resident == bytes{});
  // The kernel's half.
  auto const& beyond = meter.measure({at(UINTPTR_MAX - 3 * one_page), SIZE_MAX});
  CHECK_FALSE(beyond.resident);
  CHECK(beyond.worth == quality::unavailable);
  CHECK(beyond.why != 0);
}

#if defined(__x86_64__)
TEST_CASE("residency_meter: a range that reaches beyond user addresses ends with them") {
  if (!test_support::can_scan() || test_support::sanitized) {
    MESSAGE("skipped: what lies up to the end of user addresses is not this test's alone");
    return;
  }
  region const memory{100};
  memory.write();
  residency_meter meter;
  // To the end of a user space of 47 bits, one page further, and beyond all addresses.
  auto const whole_space =
      meter.measure({memory.at(0), (std::uintptr_t{1} << 47U) - memory.address() - one_page});
  REQUIRE(whole_space.resident);
  CHECK(*whole_space.resident >= bytes{100 * one_page});
  for (std::size_t const size : {(std::size_t{1} << 47U) - memory.address(), SIZE_MAX}) {
    auto const& found = meter.measure({memory.at(0), size});
    CHECK(found.why == 0);
    CHECK(found.worth == quality::exact);
    CHECK(found.resident == whole_space.resident);
  }
}
#endif

}  // namespace
