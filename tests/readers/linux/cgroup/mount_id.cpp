// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/mount_id.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/readers/linux/proc/file_lines.hpp>
#include <memscape/readers/linux/proc/mountinfo_text.hpp>
#include <optional>
#include <string_view>

#include "readers/support.hpp"

namespace {

using memscape::mount_id_at;

// Of the last line: what is mounted there later hides the others.
auto listed_at(std::string_view point) -> std::optional<std::uint64_t> {
  std::optional<std::uint64_t> id;
  memscape::file_lines lines{"/proc/self/mountinfo"};
  while (auto const text = lines.next()) {
    auto const line = memscape::parse_mountinfo_line(*text);
    if (line && line->mount_point == point) id = line->id;
  }
  return id;
}

TEST_CASE("mount_id: is the one that mountinfo has") {
  auto const id = mount_id_at("/proc");
  if (!id) {
    MESSAGE("skipped: this kernel does not tell a mount's id");
    return;
  }
  CHECK(id == listed_at("/proc"));
  CHECK(mount_id_at("/proc/self/status") == id);
}

TEST_CASE("mount_id: is absent where it is not told") {
  CHECK_FALSE(mount_id_at("/nowhere/at/all"));
  auto const denied = test_support::in_child(
      [] { return !test_support::deny({SYS_statx}, ENOSYS) || !mount_id_at("/proc"); });
  CHECK(denied == true);
}

}  // namespace
