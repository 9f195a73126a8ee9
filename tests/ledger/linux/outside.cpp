// SPDX-License-Identifier: MIT
#include <memscape/ledger/linux/outside.hpp>

#include <cerrno>
#include <doctest/doctest.h>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::ledger_fault_kind;
using memscape::ledger_faults;
using memscape::outside_account;
using memscape::read_outside;
using test_support::fake_root;
using test_support::mount_of_v2;

TEST_CASE("outside: the process's own, and its group's") {
  fake_root const root;
  root.put("proc/self/cgroup", "0::/g\n");
  root.put("proc/self/mountinfo", mount_of_v2);
  root.put("sys/fs/cgroup/g/memory.stat", "kernel 4096\nsock 0\n");
  outside_account account;
  ledger_faults faults;
  read_outside(account, faults, root.path());
  CHECK(account.page_tables > bytes{});
  CHECK(account.swap);
  CHECK(account.cgroup_kernel == bytes{4096});
  CHECK(account.cgroup_socket == bytes{0});
  CHECK(faults.empty());
}

TEST_CASE("outside: a group's file that is garbage is a fault, and its figures are absent") {
  fake_root const root;
  root.put("proc/self/cgroup", "0::/g\n");
  root.put("proc/self/mountinfo", mount_of_v2);
  root.put("sys/fs/cgroup/g/memory.stat", "garbage\n");
  outside_account account;
  ledger_faults faults;
  read_outside(account, faults, root.path());
  CHECK(account.page_tables);
  CHECK_FALSE(account.cgroup_kernel);
  CHECK_FALSE(account.cgroup_socket);
  REQUIRE(faults.size() == 1);
  CHECK(*faults.begin() == memscape::ledger_fault{ledger_fault_kind::cgroup, 0});
}

TEST_CASE("outside: where no file can be opened nothing is there, and both say why") {
  auto const good = test_support::in_child([] {
    test_support::forbid_descriptors();
    outside_account account;
    ledger_faults faults;
    read_outside(account, faults);
    bool told = faults.size() == 2;
    for (auto const& fault : faults) told = told && fault.code == EMFILE;
    return told && faults.has(ledger_fault_kind::status) && !account.page_tables && !account.swap &&
           !account.cgroup_kernel && !account.cgroup_socket;
  });
  CHECK(good == true);
}

}  // namespace
