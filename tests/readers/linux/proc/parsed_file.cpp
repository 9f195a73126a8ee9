// SPDX-License-Identifier: MIT
#include <memscape/readers/linux/proc/parsed_file.hpp>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/readers/linux/cgroup/text.hpp>
#include <string>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::cgroup_bound;
using memscape::file_steps;
using memscape::parse_cgroup_bound;
using memscape::proc_file;
using memscape::read_error;
using memscape::read_parsed;
using memscape::read_step;
using test_support::fake_root;
using test_support::in_child;

constexpr file_steps steps{read_step::open_cgroup, read_step::read_cgroup, read_step::parse_cgroup};

auto bound_of(proc_file& file, std::string const& path) {
  return read_parsed<64>(file, path.c_str(), steps, parse_cgroup_bound);
}

TEST_CASE("parsed_file: gives the value, or the step that failed with its errno") {
  fake_root const root;
  root.put("good", "12\n");
  root.put("bad", "twelve\n");
  root.put("long", std::string(100, '1') + "\n");
  for (auto const policy :
       {memscape::descriptor_policy::checked, memscape::descriptor_policy::trusted,
        memscape::descriptor_policy::per_call}) {
    auto const read = [&](std::string const& name) {
      proc_file file{nullptr, policy};
      return bound_of(file, root.path() + "/" + name);
    };
    CHECK(read("good").value == cgroup_bound{bytes{12}});
    CHECK_FALSE(read("bad").value);
    CHECK(read("bad").why == read_error{read_step::parse_cgroup, 0});
    CHECK(read("long").why == read_error{read_step::parse_cgroup, 0});
    CHECK(read("missing").why == read_error{read_step::open_cgroup, ENOENT});
    CHECK(read("").why == read_error{read_step::read_cgroup, EISDIR});
  }
}

TEST_CASE("parsed_file: sees what is written later through the descriptor it holds") {
  fake_root const root;
  root.put("file", "12\n");
  proc_file file{nullptr};
  CHECK(bound_of(file, root.path() + "/file").value == cgroup_bound{bytes{12}});
  root.put("file", "max\n");
  CHECK(bound_of(file, root.path() + "/file").value == cgroup_bound{});
}

TEST_CASE("parsed_file: a stranger's file on the descriptor's number is noticed by its text") {
  fake_root const root;
  root.put("file", "12\n");
  root.put("stranger", "hello\n");
  struct seen {
    bool on_its_number;
    bool right;
    bool stranger_open;
  };
  auto const facts = in_child([&]() -> seen {
    proc_file file{nullptr};
    static_cast<void>(bound_of(file, root.path() + "/file"));
    auto const before = ::open("/dev/null", O_RDONLY);
    ::syscall(SYS_close_range, 3U, ~0U, 0U);
    auto const stranger = ::open((root.path() + "/stranger").c_str(), O_RDONLY);
    auto const value = bound_of(file, root.path() + "/file").value;
    return {stranger < before, value == cgroup_bound{bytes{12}}, ::fcntl(stranger, F_GETFD) >= 0};
  });
  REQUIRE(facts);
  CHECK(facts->on_its_number);
  CHECK(facts->right);
  CHECK(facts->stranger_open);
}

}  // namespace
