// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/walk.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <string>

#include "readers/fake_root.hpp"

namespace {

using memscape::bytes;
using memscape::cgroup_place;
using memscape::cgroup_walk;
using memscape::read_error;
using memscape::read_step;
using memscape::walk_cgroups;
using test_support::fake_root;
using test_support::put_group;
using test_support::put_use;

auto place_of(fake_root const& root, std::string const& group, int version = 2) -> cgroup_place {
  cgroup_place place;
  place.version = version;
  place.folder.push(root.path() + "/sys/fs/cgroup");
  place.top_size = place.folder.size();
  place.folder.push("/" + group);
  return place;
}

auto folder_of(cgroup_place const& place, cgroup_walk const& walk) -> std::string {
  return std::string{place.folder.view().substr(0, walk.folder_size)}.substr(place.top_size);
}

TEST_CASE("cgroup_walk: the smallest limit of all ancestors counts") {
  fake_root const root;
  put_group(root, "a", "300\n", "250\n");
  put_group(root, "a/b", "100\n", "280\n");
  put_group(root, "a/b/c", "max\n");
  put_group(root, "a/b/c/d", "200\n");
  auto const place = place_of(root, "a/b/c/d");
  auto const walk = walk_cgroups(place);
  CHECK(walk.limit.limit == bytes{100});
  CHECK(walk.high.limit == bytes{250});
  CHECK(folder_of(place, walk) == "/a/b");
  CHECK_FALSE(walk.error);
}

TEST_CASE("cgroup_walk: of equal limits the innermost stands") {
  fake_root const root;
  put_group(root, "a", "100\n");
  put_group(root, "a/b", "100\n");
  auto const place = place_of(root, "a/b");
  CHECK(folder_of(place, walk_cgroups(place)) == "/a/b");
}

TEST_CASE("cgroup_walk: a mount's top has a limit of its own in a container") {
  fake_root const root;
  put_group(root, ".", "100\n");
  put_group(root, "a", "200\n");
  auto const place = place_of(root, "a");
  auto const walk = walk_cgroups(place);
  CHECK(walk.limit.limit == bytes{100});
  CHECK(folder_of(place, walk).empty());
}

TEST_CASE("cgroup_walk: without a limit it stays with the process's own group") {
  fake_root const root;
  put_group(root, "a", "max\n");
  auto const place = place_of(root, "a");
  auto const walk = walk_cgroups(place);
  CHECK_FALSE(walk.limit.limit);
  CHECK_FALSE(walk.high.limit);
  CHECK(folder_of(place, walk) == "/a");
}

TEST_CASE("cgroup_walk: version 1 has another name for it") {
  fake_root const root;
  root.put("sys/fs/cgroup/a/memory.limit_in_bytes", "4096\n");
  root.put("sys/fs/cgroup/a/b/memory.limit_in_bytes", "9223372036854771712\n");
  auto const place = place_of(root, "a/b", 1);
  CHECK(walk_cgroups(place).limit.limit == bytes{4096});
}

TEST_CASE("cgroup_walk: a level that cannot be read has its reason, and the others count") {
  fake_root const root;
  put_group(root, "a", "300\n");
  put_group(root, "a/b", "nonsense\n");
  put_group(root, "a/b/c", "400\n");
  auto const walk = walk_cgroups(place_of(root, "a/b/c"));
  CHECK(walk.limit.limit == bytes{300});
  CHECK(walk.error == read_error{read_step::parse_cgroup, 0});
}

TEST_CASE("cgroup_walk: the limit with the least left is met first, hard or high") {
  fake_root const root;
  put_group(root, "a", "536870912\n");
  put_use(root, "a", {.anonymous = 400, .inactive_file = 50});
  put_group(root, "a/b", "max\n", "314572800\n");
  put_use(root, "a/b", {.anonymous = 100});
  put_group(root, "a/b/c", "268435456\n");
  put_use(root, "a/b/c", {.anonymous = 100});
  auto const place = place_of(root, "a/b/c");
  auto walk = walk_cgroups(place);
  CHECK(walk.limit.limit == bytes{512U << 20U});
  CHECK(walk.limit.left == bytes{112U << 20U});
  CHECK(walk.high.limit == bytes{300U << 20U});
  CHECK(walk.high.left == bytes{200U << 20U});
  CHECK(folder_of(place, walk) == "/a");
  // Others give back, and the own group is the fullest.
  put_use(root, "a", {.anonymous = 300});
  walk = walk_cgroups(place);
  CHECK(walk.limit.limit == bytes{256U << 20U});
  CHECK(folder_of(place, walk) == "/a/b/c");
  put_use(root, "a/b", {.anonymous = 290});
  CHECK(folder_of(place, walk_cgroups(place)) == "/a/b");
}

TEST_CASE("cgroup_walk: a group that has no folder below the mount is told") {
  fake_root const root;
  put_group(root, ".", "max\n");
  CHECK(walk_cgroups(place_of(root, "a")).error == read_error{read_step::find_cgroup, ENOENT});
  // Where a container's files are at the top of the mount its limit is the process's.
  put_group(root, ".", "100\n");
  CHECK_FALSE(walk_cgroups(place_of(root, "docker/abc")).error);
  CHECK(walk_cgroups(place_of(root, "docker/abc")).limit.limit == bytes{100});
}

}  // namespace
