// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/visible_mount.hpp>

#include <cerrno>
#include <cstdint>
#include <doctest/doctest.h>
#include <string>
#include <string_view>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::leads_by;
using memscape::mount_position;
using memscape::parse_mountinfo_line;
using memscape::position_of;
using memscape::see_mount;
using test_support::fake_root;

// Lines of `id parent point`, as many as are given.
auto mounts(std::initializer_list<std::string_view> lines) -> std::string {
  std::string text;
  for (auto const line : lines) {
    auto const at = line.rfind(' ');
    text += std::string{line.substr(0, at)} + " 0:32 / " + std::string{line.substr(at + 1)} +
            " rw - tmpfs t rw\n";
  }
  return text;
}

auto is_seen(std::string const& mountinfo, std::uint64_t id) -> bool {
  fake_root const root;
  root.put("mountinfo", mountinfo);
  auto rest = std::string_view{mountinfo};
  while (auto const text = memscape::take_line(rest)) {
    auto const line = parse_mountinfo_line(*text);
    if (!line || line->id != id) continue;
    return see_mount((root.path() + "/mountinfo").c_str(), position_of(*line)).is_visible;
  }
  return false;
}

TEST_CASE("visible_mount: a path leads by the folders above its end, whole names at a time") {
  constexpr auto test = [] {
    return leads_by("/a/b", "/a/b") && leads_by("/a/b", "/a") && leads_by("/a", "/") &&
           !leads_by("/ab", "/a") && !leads_by("/a", "/a/b");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("visible_mount: each of a plain tree is visible") {
  auto const plain = mounts({"27 1 /", "23 27 /sys", "31 23 /sys/fs/cgroup",
                             "35 31 /sys/fs/cgroup/memory", "36 31 /sys/fs/cgroup/memory2"});
  for (std::uint64_t const id : {27U, 23U, 31U, 35U, 36U}) CHECK(is_seen(plain, id));
}

TEST_CASE("visible_mount: what lies under another at the same point is hidden") {
  auto const stacked = mounts({"27 1 /", "30 27 /m", "40 30 /m", "41 40 /m/x", "42 30 /m/x"});
  CHECK_FALSE(is_seen(stacked, 30));
  CHECK(is_seen(stacked, 40));
  CHECK(is_seen(stacked, 41));
  CHECK_FALSE_MESSAGE(is_seen(stacked, 42), "below what is hidden");
  // As old kernels leave it: the later one is found.
  auto const beside = mounts({"27 1 /", "30 27 /m", "40 27 /m"});
  CHECK_FALSE(is_seen(beside, 30));
  CHECK(is_seen(beside, 40));
}

TEST_CASE("visible_mount: what lies below a folder that is mounted over is hidden") {
  auto const over = mounts({"27 1 /", "31 27 /sys/fs/cgroup", "35 31 /sys/fs/cgroup/memory",
                            "50 27 /sys", "51 50 /sys/fs/cgroup"});
  CHECK_FALSE(is_seen(over, 31));
  CHECK_FALSE(is_seen(over, 35));
  CHECK(is_seen(over, 51));
}

TEST_CASE("visible_mount: the order of lines says nothing, for a mount may be moved") {
  auto const moved =
      mounts({"41 40 /m/x", "40 30 /m", "50 27 /sys", "31 27 /sys/fs", "30 27 /m", "27 1 /"});
  CHECK(is_seen(moved, 41));
  CHECK_FALSE(is_seen(moved, 30));
  CHECK_FALSE(is_seen(moved, 31));
}

TEST_CASE("visible_mount: what is mounted over the root hides nothing, and is hidden itself") {
  // A path begins below it: mount(2) over / changes nothing before a chroot.
  auto const over = mounts({"27 1 /", "35 27 /m", "63 27 /", "64 63 /m"});
  CHECK(is_seen(over, 35));
  CHECK_FALSE(is_seen(over, 63));
  CHECK_FALSE(is_seen(over, 64));
}

TEST_CASE("visible_mount: in a folder that is the root, the mount below is not listed") {
  auto const jail = mounts({"63 43 /usr", "67 43 /sys", "68 67 /sys/fs/cgroup"});
  CHECK(is_seen(jail, 68));
  CHECK(is_seen(jail, 63));
}

TEST_CASE("visible_mount: a circle is no mount, and its own parent is the top") {
  CHECK_FALSE(is_seen(mounts({"1 2 /a", "2 1 /a/b"}), 2));
  CHECK(is_seen(mounts({"1 1 /", "2 1 /m"}), 2));
}

TEST_CASE("visible_mount: what cannot be read is told, and not visible") {
  auto const none = see_mount("/nowhere/mountinfo", mount_position{});
  CHECK_FALSE(none.is_visible);
  CHECK(none.open_errno == ENOENT);
  fake_root const root;
  auto const folder = see_mount(root.path().c_str(), mount_position{});
  CHECK_FALSE(folder.is_visible);
  CHECK(folder.read_errno == EISDIR);
}

}  // namespace
