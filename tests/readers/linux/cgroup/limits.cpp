// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/limits.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <type_traits>

#include "readers/fake_root.hpp"

namespace {

using memscape::bytes;
using memscape::cgroup_limits_reader;
using memscape::descriptor_policy;
using memscape::limit_kind;
using memscape::memory_limits;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;
using test_support::put_group;

static_assert(std::is_nothrow_move_constructible_v<cgroup_limits_reader>);

void put_path(fake_root const& root, std::string const& path) {
  root.put("proc/self/cgroup", "0::" + path + "\n");
  root.put("proc/self/mountinfo", test_support::mount_of_v2);
}

TEST_CASE("cgroup_limits: both limits, and the use of the group that meets its own first") {
  fake_root const root;
  put_path(root, "/a/b");
  put_group(root, "a", "max\n", "3145728\n");
  put_group(root, "a/b", "8388608\n");
  test_support::put_use(root, "a", {.anonymous = 2});
  test_support::put_use(root, "a/b", {.anonymous = 1});
  cgroup_limits_reader reader{root.path(), descriptor_policy::checked};
  memory_limits limits;
  CHECK_FALSE(reader.read(limits));
  CHECK(reader.kind() == limit_kind::cgroup_high);
  CHECK(limits.cgroup_limit == bytes{8U << 20U});
  CHECK(limits.cgroup_high == bytes{3U << 20U});
  CHECK(limits.cgroup_current == bytes{2U << 20U});
  auto const changes = reader.changes();
  test_support::put_use(root, "a/b", {.anonymous = 8});
  CHECK_FALSE(reader.read(limits));
  CHECK(reader.changes() == changes);
  reader.walk_again();
  CHECK_FALSE(reader.read(limits));
  CHECK(reader.changes() == changes + 1);
  CHECK(reader.kind() == limit_kind::cgroup_max);
  CHECK(limits.cgroup_high == bytes{3U << 20U});
  CHECK(limits.cgroup_current == bytes{8U << 20U});
}

TEST_CASE(
    "cgroup_limits: a group that is not to be found has a reason at each read, and none after") {
  fake_root const root;
  put_path(root, "/../a");
  cgroup_limits_reader reader{root.path(), descriptor_policy::checked};
  for (int i = 0; i < 2; ++i) {
    memory_limits limits;
    CHECK(reader.read(limits) == read_error{read_step::find_cgroup, EXDEV});
    CHECK(limits == memory_limits{});
  }
  put_path(root, "/a");
  put_group(root, "a", "8388608\n");
  memory_limits limits;
  CHECK_FALSE(reader.read(limits));
  CHECK(limits.cgroup_limit == bytes{8U << 20U});
}

}  // namespace
