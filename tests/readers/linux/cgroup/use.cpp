// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/use.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <string>

#include "readers/fake_root.hpp"

namespace {

using memscape::bytes;
using memscape::cgroup_use;
using memscape::proc_file;
using memscape::read_cgroup_use;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;
using test_support::put_use;
using test_support::put_v1_use;

constexpr std::uint64_t mebibyte = 1U << 20U;

auto use_of(fake_root const& root, std::string const& folder, int version) -> cgroup_use {
  proc_file current{nullptr, memscape::descriptor_policy::per_call};
  proc_file stat{nullptr, memscape::descriptor_policy::per_call};
  return read_cgroup_use(root.path() + "/sys/fs/cgroup/" + folder, version, {current, stat});
}

TEST_CASE("cgroup_use: current and what of it can be taken back, in both versions") {
  fake_root const root;
  test_support::group_memory const memory{
      .anonymous = 7, .tmpfs = 11, .inactive_file = 20, .active_file = 30, .dirty = 5};
  put_use(root, "g", memory);
  put_v1_use(root, "g", memory);
  for (int const version : {1, 2}) {
    auto const use = use_of(root, version == 2 ? "g" : "memory/g", version);
    CHECK(use.current == bytes{68 * mebibyte});
    CHECK(use.reclaimable == bytes{45 * mebibyte});
    CHECK_FALSE(use.error);
  }
}

TEST_CASE("cgroup_use: either is absent with its reason, and the other is there") {
  fake_root const root;
  put_use(root, "g", {.anonymous = 1, .inactive_file = 1});
  root.put("sys/fs/cgroup/g/memory.stat", "anon 1\n");
  auto const without_lists = use_of(root, "g", 2);
  CHECK(without_lists.current == bytes{2 * mebibyte});
  CHECK_FALSE(without_lists.reclaimable);
  CHECK(without_lists.error == read_error{read_step::parse_cgroup, 0});
  root.remove("sys/fs/cgroup/g/memory.stat");
  CHECK(use_of(root, "g", 2).error == read_error{read_step::open_cgroup, ENOENT});
  put_use(root, "g", {.anonymous = 1, .inactive_file = 1});
  root.remove("sys/fs/cgroup/g/memory.current");
  auto const without_current = use_of(root, "g", 2);
  CHECK_FALSE(without_current.current);
  CHECK(without_current.reclaimable == bytes{mebibyte});
  CHECK(without_current.error == read_error{read_step::open_cgroup, ENOENT});
  // What is not there is less of a reason than what cannot be read.
  root.remove("sys/fs/cgroup/g/memory.stat");
  root.put("sys/fs/cgroup/g/memory.current", "many\n");
  CHECK(use_of(root, "g", 2).error == read_error{read_step::parse_cgroup, 0});
}

}  // namespace
