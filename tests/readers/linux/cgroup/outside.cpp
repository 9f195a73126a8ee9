// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/outside.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <optional>
#include <string>
#include <string_view>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cgroup_outside;
using memscape::read_cgroup_outside;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;
using test_support::mount_of_v1;
using test_support::mount_of_v2;

constexpr auto stat_of_v2 =
    "anon 40960\nfile 8192\nkernel 5242880\nkernel_stack 65536\nsock 12288\n";

void put_place(fake_root const& root, int version, std::string const& group = "/g") {
  root.put("proc/self/cgroup", (version == 2 ? "0::" : "4:memory:") + group + "\n");
  root.put("proc/self/mountinfo", version == 2 ? mount_of_v2 : mount_of_v1);
}
auto stat(std::string_view text) -> cgroup_outside {
  fake_root const root;
  put_place(root, 2);
  root.put("sys/fs/cgroup/g/memory.stat", text);
  return read_cgroup_outside(root.path());
}
auto version_1(std::string_view kernel, std::string_view tcp) -> cgroup_outside {
  fake_root const root;
  put_place(root, 1);
  root.put("sys/fs/cgroup/memory/g/memory.kmem.usage_in_bytes", kernel);
  root.put("sys/fs/cgroup/memory/g/memory.kmem.tcp.usage_in_bytes", tcp);
  return read_cgroup_outside(root.path());
}
auto is_absent(cgroup_outside const& found) -> bool { return !found.kernel && !found.socket; }

TEST_CASE("cgroup_outside: version 2 has both in one file, of the process's own group") {
  fake_root const root;
  put_place(root, 2);
  root.put("sys/fs/cgroup/memory.stat", "kernel 1\nsock 1\n");
  root.put("sys/fs/cgroup/g/memory.stat", stat_of_v2);
  auto const found = read_cgroup_outside(root.path());
  CHECK(found.kernel == bytes{5'242'880});
  CHECK(found.socket == bytes{12'288});
  CHECK_FALSE(found.error);
}

TEST_CASE("cgroup_outside: version 1 has a file for each") {
  auto const found = version_1("1052672\n", "8192\n");
  CHECK(found.kernel == bytes{1'052'672});
  CHECK(found.socket == bytes{8192});
  CHECK_FALSE(found.error);
}

TEST_CASE("cgroup_outside: what is not counted is not 0") {
  auto const old = stat("anon 1\nsock 0\n");
  CHECK_FALSE_MESSAGE(old.kernel, "before Linux 5.18");
  CHECK(old.socket == bytes{0});
  CHECK_FALSE_MESSAGE(stat("kernel 0\nsock 0\n").kernel, "with cgroup.memory=nokmem");
  auto const unlimited = version_1("4096\n", "0\n");
  CHECK(unlimited.kernel == bytes{4096});
  CHECK_FALSE_MESSAGE(unlimited.socket, "version 1 counts them where they had a limit");
  CHECK_FALSE(version_1("0\n", "0\n").kernel);
  CHECK_FALSE(version_1("0\n", "0\n").error);
}

TEST_CASE("cgroup_outside: a machine without groups, or a group without the files, is no error") {
  fake_root const root;
  root.put("proc/self/statm", "");
  CHECK(is_absent(read_cgroup_outside(root.path())));
  CHECK_FALSE(read_cgroup_outside(root.path()).error);
  for (int const version : {1, 2}) {
    put_place(root, version);
    CHECK(is_absent(read_cgroup_outside(root.path())));
    CHECK_FALSE(read_cgroup_outside(root.path()).error);
  }
  root.put("sys/fs/cgroup/memory/g/memory.kmem.usage_in_bytes", "7\n");
  put_place(root, 1);
  CHECK(read_cgroup_outside(root.path()).kernel == bytes{7});
  CHECK_FALSE(read_cgroup_outside(root.path()).error);
}

TEST_CASE("cgroup_outside: without a procfs it is not known whether there are groups") {
  fake_root const root;
  CHECK(is_absent(read_cgroup_outside(root.path())));
  CHECK(read_cgroup_outside(root.path()).error == read_error{read_step::open_cgroup, ENOENT});
}

TEST_CASE("cgroup_outside: garbage is told, and what is not garbage is there") {
  constexpr auto wrong = read_error{read_step::parse_cgroup, 0};
  for (std::string_view const text :
       {"", "kernel 12", "kernel twelve\n", "kernel 1\nkernel 1\n", "kernel -1\n"}) {
    CAPTURE(text);
    auto const found = stat(text);
    CHECK(is_absent(found));
    CHECK(found.error == wrong);
  }
  auto const half = version_1("4096\n", "many\n");
  CHECK(half.kernel == bytes{4096});
  CHECK_FALSE(half.socket);
  CHECK(half.error == wrong);
  fake_root const root;
  put_place(root, 2);
  root.put("proc/self/cgroup", "nonsense\n");
  CHECK(read_cgroup_outside(root.path()).error == wrong);
}

TEST_CASE("cgroup_outside: a file that cannot be read has its errno, and so has a path too long") {
  fake_root const root;
  put_place(root, 2);
  root.put("sys/fs/cgroup/g/memory.stat/in_a_folder", "");
  CHECK(read_cgroup_outside(root.path()).error == read_error{read_step::read_cgroup, EISDIR});
  // The folder fits, and the file in it does not.
  auto const folder = root.path() + "/sys/fs/cgroup/";
  put_place(root, 2, "/" + std::string(1020 - folder.size(), 'd'));
  CHECK(read_cgroup_outside(root.path()).error ==
        read_error{read_step::parse_cgroup, ENAMETOOLONG});
}

TEST_CASE("cgroup_outside: leaves no descriptor behind, and says so where none is to be had") {
  auto const before = test_support::open_descriptors();
  auto const here = read_cgroup_outside();
  CHECK(test_support::open_descriptors() == before);
  CHECK_FALSE(here.error);
  auto const told = test_support::in_child([] {
    test_support::forbid_descriptors();
    return read_cgroup_outside().error.value_or(read_error{}).code == EMFILE;
  });
  CHECK(told == true);
}

}  // namespace
