// SPDX-License-Identifier: MIT
#include <memscape/core/memory_limits.hpp>

#include <doctest/doctest.h>
#include <iterator>
#include <type_traits>

namespace {

using memscape::limit_kind;
using memscape::limit_kind_names;
using memscape::memory_limits;
using memscape::name_of;

TEST_CASE("memory_limits: every kind has a name of its own") {
  constexpr auto test = [] {
    if (std::size(limit_kind_names) != static_cast<std::size_t>(limit_kind::vms) + 1) return false;
    for (auto const& name : limit_kind_names) {
      if (name.empty()) return false;
      for (auto const* other = &name + 1; other != std::end(limit_kind_names); ++other) {
        if (*other == name) return false;
      }
    }
    return name_of(limit_kind::cgroup_max) == "cgroup memory.max" &&
           name_of(limit_kind::cgroup_v1) == "cgroup memory.limit_in_bytes" &&
           name_of(limit_kind::address_space) == "RLIMIT_AS" &&
           name_of(limit_kind::data) == "RLIMIT_DATA" && name_of(limit_kind::ram) == "MemTotal" &&
           name_of(limit_kind::vms) == "VMS" && name_of(static_cast<limit_kind>(200)) == "unknown";
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("memory_limits: nothing is known of a fresh one") {
  memory_limits const limits;
  static_assert(std::is_trivially_copyable_v<memory_limits>);
  CHECK(limits.kind == limit_kind::none);
  CHECK_FALSE(limits.limit);
  CHECK_FALSE(limits.oom_kills);
  CHECK_FALSE(limits.time_to_limit_ms);
}

}  // namespace
