// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/cgroup/file.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <string>

#include "readers/fake_root.hpp"

namespace {

using memscape::is_missing;
using memscape::parse_cgroup_amount;
using memscape::proc_file;
using memscape::read_cgroup_file;
using memscape::read_error;
using memscape::read_step;
using test_support::fake_root;

TEST_CASE("cgroup_file: reads one, or tells why not") {
  fake_root const root;
  root.put("g/memory.current", "12\n");
  root.put("g/memory.peak", "many\n");
  proc_file file{nullptr, memscape::descriptor_policy::per_call};
  auto const read = [&](std::string const& folder, char const* name) {
    return read_cgroup_file<64>(file, folder, name, parse_cgroup_amount);
  };
  CHECK(read(root.path() + "/g", "memory.current").value == 12U);
  CHECK(read(root.path() + "/g", "memory.peak").why == read_error{read_step::parse_cgroup, 0});
  CHECK(read(root.path() + "/g", "memory.max").why == read_error{read_step::open_cgroup, ENOENT});
  CHECK(read(std::string(1020, 'd'), "memory.max").why ==
        read_error{read_step::parse_cgroup, ENAMETOOLONG});
}

TEST_CASE("cgroup_file: what a machine does not have is missing; a group not found is there") {
  for (int const code : {ENOENT, ENODEV, EOPNOTSUPP}) {
    CHECK(is_missing({read_step::open_cgroup, code}));
    CHECK_FALSE(is_missing({read_step::find_cgroup, code}));
  }
  CHECK_FALSE(is_missing({read_step::open_cgroup, EACCES}));
  CHECK_FALSE(is_missing({read_step::parse_cgroup, 0}));
}

}  // namespace
