// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/mountinfo_text.hpp>

#include <sys/sysmacros.h>

#include <doctest/doctest.h>
#include <string>
#include <string_view>
#include <tuple>

namespace {

using memscape::next_unescaped;
using memscape::parse_mountinfo_line;

TEST_CASE("mountinfo_text: takes root, mount point, type and options, past any number of tags") {
  constexpr auto test = [] {
    auto const plain = parse_mountinfo_line("35 31 0:32 / /sys/fs/cgroup rw - cgroup2 none rw");
    auto const tagged = parse_mountinfo_line(
        "35 31 0:32 /a /m rw,nosuid shared:9 master:1 - cgroup cgroup rw,memory");
    return plain && plain->id == 35 && plain->parent == 31 && plain->root == "/" &&
           plain->mount_point == "/sys/fs/cgroup" && plain->type == "cgroup2" &&
           !plain->has_option("memory") && tagged && tagged->root == "/a" &&
           tagged->mount_point == "/m" && tagged->type == "cgroup" &&
           tagged->has_option("memory") && tagged->has_option("rw") && !tagged->has_option("mem");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("mountinfo_text: a source may be empty") {
  constexpr auto test = [] {
    auto const line = parse_mountinfo_line("35 31 0:32 / /m rw - tmpfs  rw,size=4k");
    return line && line->type == "tmpfs" && line->has_option("size=4k");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("mountinfo_text: other lines are errors") {
  constexpr auto test = [] {
    return !parse_mountinfo_line("") && !parse_mountinfo_line("35 31 0:32 / /m rw") &&
           !parse_mountinfo_line("35 31 0:32 / /m rw shared:9") &&
           !parse_mountinfo_line("35 31 0:32 / /m rw - cgroup") &&
           !parse_mountinfo_line("35 31 0:32 root /m rw - cgroup c rw") &&
           !parse_mountinfo_line("35  0:32 / /m rw - cgroup c rw") &&
           !parse_mountinfo_line("x 31 0:32 / /m rw - cgroup c rw") &&
           !parse_mountinfo_line("35 x 0:32 / /m rw - cgroup c rw") &&
           !parse_mountinfo_line("35 31 0 / /m rw - cgroup c rw") &&
           !parse_mountinfo_line("35 31 0:x / /m rw - cgroup c rw") &&
           !parse_mountinfo_line("35 31 0:32x / /m rw - cgroup c rw");
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("mountinfo_text: the device is what stat tells") {
  for (auto const& [text, high, low] :
       {std::tuple{"35 31 0:32 / /m rw - c c rw", 0U, 32U},
        std::tuple{"35 31 254:0 / /m rw - c c rw", 254U, 0U},
        std::tuple{"35 31 4660:305419896 / /m rw - c c rw", 4660U, 305'419'896U}}) {
    auto const line = parse_mountinfo_line(text);
    REQUIRE(line);
    CHECK(line->device() == ::gnu_dev_makedev(high, low));
  }
}

TEST_CASE("mountinfo_text: undoes the kernel's escapes, and leaves what is none") {
  auto const plain = [](std::string_view text) {
    std::string all;
    while (!text.empty()) all += next_unescaped(text);
    return all;
  };
  CHECK(plain("/my\\040group\\134\\011\\012") == "/my group\\\t\n");
  CHECK(plain("/a\\04") == "/a\\04");
  CHECK(plain("/a\\048") == "/a\\048");
  CHECK(plain("/a\\777") == "/a\\777");
  CHECK(plain("\\") == "\\");
}

}  // namespace
