// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/place.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <string_view>

#include "readers/fake_root.hpp"

namespace {

using memscape::cgroup_finder;
using memscape::cgroup_place;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;
using test_support::mount_of_v1;
using test_support::mount_of_v2;

struct found {
  int version = 0;
  std::string folder{};
  std::string top{};
  std::optional<read_error> error{};
};

auto find(std::string_view cgroup, std::string_view mountinfo) -> found {
  fake_root const root;
  root.put("proc/self/cgroup", cgroup);
  root.put("proc/self/mountinfo", mountinfo);
  cgroup_place place;
  auto const error = cgroup_finder{root.path()}.find(place);
  auto const all = std::string{place.folder.view()};
  if (place.version == 0) return {0, "", "", error};
  return {place.version, all.substr(root.path().size()),
          all.substr(root.path().size(), place.top_size - root.path().size()), error};
}

TEST_CASE("cgroup_place: version 2") {
  auto const place = find("0::/user.slice/a.scope\n", mount_of_v2);
  CHECK(place.version == 2);
  CHECK(place.folder == "/sys/fs/cgroup/user.slice/a.scope");
  CHECK(place.top == "/sys/fs/cgroup");
  CHECK_FALSE(place.error);
}

TEST_CASE("cgroup_place: the root group is the mount point") {
  auto const place = find("0::/\n", mount_of_v2);
  CHECK(place.folder == "/sys/fs/cgroup");
  CHECK(place.top == place.folder);
}

TEST_CASE("cgroup_place: where both versions are, the one that has the memory controller") {
  auto const place = find("9:name=systemd:/x\n4:memory:/m/a\n3:cpu:/c\n0::/u\n", mount_of_v1);
  CHECK(place.version == 1);
  CHECK(place.folder == "/sys/fs/cgroup/memory/m/a");
  CHECK(place.top == "/sys/fs/cgroup/memory");
  auto const unified = find("3:cpu:/c\n0::/u\n", mount_of_v1);
  CHECK(unified.version == 2);
  CHECK(unified.folder == "/sys/fs/cgroup/unified/u");
}

TEST_CASE("cgroup_place: a container's mount shows a part of the machine's tree") {
  auto const mount = "35 31 0:32 /docker/abc /sys/fs/cgroup ro - cgroup2 none rw\n";
  CHECK(find("0::/docker/abc\n", mount).folder == "/sys/fs/cgroup");
  CHECK(find("0::/docker/abc/worker\n", mount).folder == "/sys/fs/cgroup/worker");
}

// The kernel gives both names from the root of one cgroup namespace: a mount that does not show the group
// shows others, whose limits are not the process's.
TEST_CASE("cgroup_place: a mount that shows other groups is not the process's, and that is told") {
  constexpr auto elsewhere = read_error{read_step::find_cgroup, EXDEV};
  auto const mount = "35 31 0:32 /docker/abc /sys/fs/cgroup ro - cgroup2 none rw\n";
  for (std::string const path : {"/docker/abcd", "/user.slice/session.scope", "/docker", "/"}) {
    CAPTURE(path);
    auto const place = find("0::" + path + "\n", mount);
    CHECK(place.version == 0);
    CHECK(place.error == elsewhere);
  }
  // A namespace without a mount of its own: the machine's begins two levels above, whose names are not told.
  auto const machines = "35 31 0:32 /../.. /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
  CHECK(find("4:memory:/\n", machines).error == elsewhere);
  CHECK(find("4:memory:/a\n", machines).error == elsewhere);
  CHECK(find("4:memory:/../a\n", machines).error == elsewhere);
  // And a process that was moved out of its namespace.
  CHECK(find("0::/../../a\n", mount_of_v2).error == elsewhere);
  CHECK(find("0::/..\n", mount_of_v2).error == elsewhere);
}

TEST_CASE("cgroup_place: what is above the namespace is found where the mount begins there") {
  auto const mount = "35 31 0:32 /.. /sys/fs/cgroup rw - cgroup2 none rw\n";
  CHECK(find("0::/../a/b\n", mount).folder == "/sys/fs/cgroup/a/b");
  CHECK(find("0::/..\n", mount).folder == "/sys/fs/cgroup");
  CHECK(find("0::/../..\n", mount).version == 0);
  auto const sibling = "35 31 0:32 /../a /sys/fs/cgroup rw - cgroup2 none rw\n";
  CHECK(find("0::/../a/b\n", sibling).folder == "/sys/fs/cgroup/b");
  CHECK(find("0::/..a\n", mount_of_v2).folder == "/sys/fs/cgroup/..a");
}

TEST_CASE("cgroup_place: a namespace with a mount of its own beside the machine's") {
  auto const place = find("4:memory:/\n",
                          "35 31 0:32 /../.. /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                          "63 43 0:32 / /mnt rw - cgroup c rw,memory\n");
  CHECK(place.folder == "/mnt");
  CHECK_FALSE(place.error);
}

TEST_CASE("cgroup_place: a mount that lies hidden is not taken, and the visible one is") {
  // Over the first one lies a tmpfs, in which the file system is mounted again.
  auto const place = find("0::/a\n",
                          "30 24 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n"
                          "40 30 0:50 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
                          "41 40 0:26 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n");
  CHECK(place.folder == "/sys/fs/cgroup/unified/a");
  CHECK(place.top == "/sys/fs/cgroup/unified");
  // Over version 1's lies a group's own part of it.
  auto const part = find("4:memory:/a/b\n",
                         "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n"
                         "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
                         "36 35 0:32 /a /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n");
  CHECK(part.folder == "/sys/fs/cgroup/memory/b");
}

TEST_CASE("cgroup_place: no mount of the group that is visible has its reason") {
  constexpr auto nowhere = read_error{read_step::find_cgroup, ENOENT};
  CHECK(find("0::/a\n", "27 1 254:0 / / rw - ext4 /dev/vda rw\n").error == nowhere);
  CHECK(find("0::/\n", "27 1 254:0 / / rw - ext4 /dev/vda rw\n").error == nowhere);
  auto const hidden = std::string{mount_of_v2} + "36 1 0:50 / /sys/fs rw - tmpfs tmpfs rw\n";
  CHECK(find("0::/a\n", hidden).folder == "/sys/fs/cgroup/a");
  auto const in_sight = std::string{"31 27 0:22 / /sys rw - sysfs sysfs rw\n"} +
                        std::string{mount_of_v2} + "36 31 0:50 / /sys/fs rw - tmpfs tmpfs rw\n";
  CHECK(find("0::/a\n", in_sight).version == 0);
  CHECK(find("0::/a\n", in_sight).error == nowhere);
  // Version 1 limits memory, and only version 2 is mounted.
  CHECK(find("4:memory:/m\n0::/u\n", mount_of_v2).error == nowhere);
}

TEST_CASE("cgroup_place: of several mounts the one that shows most of the groups above") {
  auto const place = find("0::/a/b\n",
                          "35 31 0:32 /other /mnt/other rw - cgroup2 none rw\n"
                          "36 31 0:32 /a /mnt/a rw - cgroup2 none rw\n"
                          "37 31 0:32 / /sys/fs/cgroup rw - cgroup2 none rw\n");
  CHECK(place.folder == "/sys/fs/cgroup/a/b");
  CHECK(place.top == "/sys/fs/cgroup");
  auto const same = find("0::/a/b\n",
                         "35 31 0:32 /a /mnt/first rw - cgroup2 none rw\n"
                         "36 31 0:32 /a /mnt/second rw - cgroup2 none rw\n"
                         "37 35 0:50 / /mnt/first rw - tmpfs none rw\n");
  CHECK(same.folder == "/mnt/second/b");
}

TEST_CASE("cgroup_place: blanks in paths") {
  auto const place =
      find("0::/my group\n", "35 31 0:32 / /mnt/my\\040cgroup rw - cgroup2 none rw\n");
  CHECK(place.folder == "/mnt/my cgroup/my group");
}

TEST_CASE(
    "cgroup_place: lines of mountinfo that are too long, or that it cannot read, are passed over") {
  auto const long_line = "26 1 0:31 / /" + std::string(9000, 'l') + " rw - overlay o rw\nx\n";
  CHECK(find("0::/a\n", long_line + std::string{mount_of_v2}).folder == "/sys/fs/cgroup/a");
}

TEST_CASE("cgroup_place: a kernel without cgroups is no error") {
  CHECK(find("", mount_of_v2).version == 0);
  CHECK_FALSE(find("", mount_of_v2).error);
  CHECK(find("9:name=systemd:/x\n", mount_of_v1).version == 0);
  CHECK_FALSE(find("9:name=systemd:/x\n", mount_of_v1).error);
}

TEST_CASE("cgroup_place: what cannot be read has its reason") {
  fake_root const root;
  cgroup_place place;
  CHECK(cgroup_finder{root.path()}.find(place) == read_error{read_step::open_cgroup, ENOENT});
  root.put("proc/self/cgroup", "0::/a\n");
  CHECK(cgroup_finder{root.path()}.find(place) == read_error{read_step::open_cgroup, ENOENT});
  CHECK(find("nonsense\n", mount_of_v2).error == read_error{read_step::parse_cgroup, 0});
  auto const deep = "0::/" + std::string(1500, 'd') + "\n";
  CHECK(find(deep, mount_of_v2).error == read_error{read_step::parse_cgroup, ENAMETOOLONG});
  CHECK(find(deep, mount_of_v2).version == 0);
}

}  // namespace
