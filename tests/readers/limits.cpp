// SPDX-License-Identifier: MIT
#include <memscape/readers/limits.hpp>

#include <sys/mman.h>
#include <sys/resource.h>

#include <cerrno>
#include <doctest/doctest.h>
#include <memscape/core/process_memory.hpp>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "readers/fake_root.hpp"
#include "readers/support.hpp"

namespace {

using memscape::bytes;
using memscape::count;
using memscape::limit_kind;
using memscape::limits_reader;
using memscape::memory_limits;
using memscape::process_memory;
using memscape::read_error;
using memscape::read_errors;
using memscape::read_step;
using test_support::fake_root;
using test_support::in_child;
using test_support::mebibyte;
using test_support::mount_of_v1;
using test_support::mount_of_v2;
using test_support::put_group;
using test_support::put_meminfo;

static_assert(std::is_nothrow_move_constructible_v<limits_reader>);

constexpr process_memory used{.rss = bytes{50 * mebibyte}, .vms = bytes{400 * mebibyte}};

struct reading {
  memory_limits limits{};
  read_errors errors{};
};

auto read(limits_reader& reader) -> reading {
  reading now;
  reader.read(used, now.limits, now.errors);
  return now;
}

void put_v2(fake_root const& root, std::string const& group) {
  root.put("proc/self/cgroup", "0::/" + group + "\n");
  root.put("proc/self/mountinfo", mount_of_v2);
  put_meminfo(root);
}

TEST_CASE("limits: in a group of 256 MiB that is the limit, by name") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  limits_reader reader{{.root = root.path()}};
  for (int i = 0; i < 3; ++i) {
    auto const [limits, errors] = read(reader);
    CHECK(errors.empty());
    CHECK(name_of(limits.kind) == "cgroup memory.max");
    CHECK(limits.limit == bytes{256 * mebibyte});
    CHECK(limits.limit_used == bytes{mebibyte});
    CHECK(limits.headroom == bytes{255 * mebibyte});
    CHECK(limits.cgroup_limit == bytes{256 * mebibyte});
    CHECK_FALSE(limits.cgroup_high);
    CHECK(limits.cgroup_current == bytes{mebibyte});
    CHECK(limits.cgroup_reclaimable == bytes{0});
    CHECK(limits.cgroup_limit_hits == count{17});
    CHECK(limits.oom_kills == count{2});
    CHECK(limits.pressure_some_avg10_bp == memscape::basis_points{150});
    CHECK(limits.pressure_full_avg10_bp == memscape::basis_points{25});
    CHECK(limits.pressure_some_us == memscape::microseconds{12});
    CHECK(limits.pressure_full_us == memscape::microseconds{7});
    CHECK(limits.ram_total == bytes{1024 * mebibyte});
    CHECK(limits.ram_available == bytes{512 * mebibyte});
  }
}

TEST_CASE("limits: an ancestor's limit is the process's, and its numbers are told") {
  fake_root const root;
  put_v2(root, "a/b/c");
  put_group(root, "a", "268435456\n", "134217728\n");
  put_group(root, "a/b", "max\n");
  put_group(root, "a/b/c", "536870912\n");
  root.put("sys/fs/cgroup/a/memory.current", "200000000\n");
  limits_reader reader{{.root = root.path()}};
  auto const limits = read(reader).limits;
  CHECK(limits.cgroup_limit == bytes{256 * mebibyte});
  CHECK(limits.cgroup_current == bytes{200'000'000});
  CHECK(limits.kind == limit_kind::cgroup_high);
  CHECK(limits.limit == bytes{128 * mebibyte});
}

TEST_CASE("limits: version 1, with its own names") {
  fake_root const root;
  root.put("proc/self/cgroup", "4:memory:/a\n0::/\n");
  root.put("proc/self/mountinfo", mount_of_v1);
  put_meminfo(root);
  root.put("sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
  root.put("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "268435456\n");
  test_support::put_v1_use(root, "a", {.anonymous = 20, .inactive_file = 30, .active_file = 10});
  root.put("sys/fs/cgroup/memory/a/memory.failcnt", "5\n");
  root.put("sys/fs/cgroup/memory/a/memory.oom_control",
           "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  CHECK(errors.empty());
  CHECK(name_of(limits.kind) == "cgroup memory.limit_in_bytes");
  CHECK(limits.limit == bytes{256 * mebibyte});
  CHECK(limits.cgroup_current == bytes{60 * mebibyte});
  CHECK(limits.cgroup_reclaimable == bytes{40 * mebibyte});
  CHECK(limits.limit_used == bytes{20 * mebibyte});
  CHECK(limits.headroom == bytes{236 * mebibyte});
  CHECK(limits.cgroup_limit_hits == count{5});
  CHECK(limits.oom_kills == count{3});
  CHECK_FALSE(limits.pressure_some_us);
  CHECK(reader.group_kind() == limit_kind::cgroup_v1);
}

TEST_CASE("limits: a limit that is changed counts at once, and one of an ancestor after a walk") {
  fake_root const root;
  put_v2(root, "a/b");
  put_group(root, "a", "max\n");
  put_group(root, "a/b", "268435456\n");
  limits_reader reader{{.root = root.path()}};
  CHECK(read(reader).limits.limit == bytes{256 * mebibyte});
  root.put("sys/fs/cgroup/a/b/memory.max", "134217728\n");
  CHECK(read(reader).limits.limit == bytes{128 * mebibyte});
  root.put("sys/fs/cgroup/a/memory.max", "67108864\n");
  CHECK(read(reader).limits.limit == bytes{128 * mebibyte});
  reader.walk_again();
  CHECK(read(reader).limits.limit == bytes{64 * mebibyte});
  // Lifted: what is left of the tree is looked at again without being told.
  root.put("sys/fs/cgroup/a/memory.max", "max\n");
  CHECK(read(reader).limits.limit == bytes{128 * mebibyte});
}

TEST_CASE("limits: a process that was moved, and whose group is gone, is found again") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  limits_reader reader{{.descriptors = memscape::descriptor_policy::per_call, .root = root.path()}};
  CHECK(read(reader).limits.limit == bytes{256 * mebibyte});
  put_group(root, "z", "134217728\n");
  root.put("proc/self/cgroup", "0::/z\n");
  root.remove("sys/fs/cgroup/a");
  auto const [limits, errors] = read(reader);
  CHECK(limits.limit == bytes{128 * mebibyte});
  CHECK(errors.empty());
}

TEST_CASE("limits: what the group uses counts, whoever of it, less what can be taken back") {
  struct {
    std::string_view what;
    test_support::group_memory memory;
    int used;
  } const cases[] = {
      {"a sibling", {.anonymous = 240}, 240},
      {"tmpfs, which has nowhere to go", {.anonymous = 10, .tmpfs = 200}, 210},
      {"page cache", {.anonymous = 10, .inactive_file = 300, .active_file = 100}, 10},
      {"page cache that must be written first",
       {.anonymous = 10, .inactive_file = 300, .dirty = 200},
       210},
      {"page cache that is locked", {.anonymous = 10, .active_file = 5, .locked_file = 100}, 110},
      {"slab", {.anonymous = 10, .slab_reclaimable = 120, .slab_unreclaimable = 80}, 210},
      {"everything up to the limit", {.anonymous = 300, .tmpfs = 212}, 512},
  };
  for (auto const& one : cases) {
    for (int const version : {1, 2}) {
      CAPTURE(one.what);
      CAPTURE(version);
      fake_root const root;
      put_v2(root, "a");
      if (version == 2) {
        put_group(root, "a", "536870912\n");
        test_support::put_use(root, "a", one.memory);
      } else {
        // Hybrid: version 2 is mounted too, and does not limit memory.
        root.put("proc/self/cgroup", "4:memory:/a\n0::/a\n");
        root.put("proc/self/mountinfo", mount_of_v1);
        root.put("sys/fs/cgroup/unified/a/cgroup.procs", "1\n");
        root.put("sys/fs/cgroup/memory/a/memory.limit_in_bytes", "536870912\n");
        test_support::put_v1_use(root, "a", one.memory);
      }
      limits_reader reader{{.root = root.path()}};
      auto const [limits, errors] = read(reader);
      CHECK(errors.empty());
      CHECK(limits.limit == bytes{512 * mebibyte});
      CHECK(limits.limit_used == bytes{static_cast<std::uint64_t>(one.used) * mebibyte});
      CHECK(limits.headroom == bytes{static_cast<std::uint64_t>(512 - one.used) * mebibyte});
      CHECK(*limits.cgroup_current - *limits.cgroup_reclaimable == *limits.limit_used);
    }
  }
}

TEST_CASE("limits: the group that has the least left is the one, whichever limit is smallest") {
  fake_root const root;
  put_v2(root, "a/b");
  put_group(root, "a", "536870912\n");
  put_group(root, "a/b", "268435456\n");
  test_support::put_use(root, "a", {.anonymous = 500, .inactive_file = 4});
  test_support::put_use(root, "a/b", {.anonymous = 50});
  limits_reader reader{{.root = root.path()}};
  auto limits = read(reader).limits;
  CHECK(limits.limit == bytes{512 * mebibyte});
  CHECK(limits.limit_used == bytes{500 * mebibyte});
  CHECK(limits.headroom == bytes{12 * mebibyte});
  CHECK(limits.cgroup_limit == bytes{512 * mebibyte});
  CHECK(limits.cgroup_reclaimable == bytes{4 * mebibyte});
  auto const changes = reader.group_changes();
  // A group beside it gives back.
  test_support::put_use(root, "a", {.anonymous = 100});
  reader.walk_again();
  limits = read(reader).limits;
  CHECK(limits.limit == bytes{256 * mebibyte});
  CHECK(limits.limit_used == bytes{50 * mebibyte});
  CHECK(reader.group_changes() == changes + 1);
  // memory.high likewise.
  put_group(root, "a", "max\n", "115343360\n");
  test_support::put_use(root, "a", {.anonymous = 100});
  reader.walk_again();
  limits = read(reader).limits;
  CHECK(limits.kind == limit_kind::cgroup_high);
  CHECK(limits.limit == bytes{110 * mebibyte});
  CHECK(limits.limit_used == bytes{100 * mebibyte});
  CHECK(limits.headroom == bytes{10 * mebibyte});
  CHECK(limits.cgroup_limit == bytes{256 * mebibyte});
  CHECK(limits.cgroup_high == bytes{110 * mebibyte});
  // Lifted: found again without being told.
  root.put("sys/fs/cgroup/a/memory.high", "max\n");
  CHECK(read(reader).limits.limit == bytes{256 * mebibyte});
}

TEST_CASE("limits: where what can be taken back is not known, nothing is, and that has a reason") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  root.remove("sys/fs/cgroup/a/memory.stat");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  REQUIRE(errors.size() == 1);
  CHECK(*errors.begin() == read_error{read_step::open_cgroup, ENOENT});
  CHECK_FALSE(limits.cgroup_reclaimable);
  CHECK(limits.limit_used == bytes{mebibyte});
  CHECK(limits.headroom == bytes{255 * mebibyte});
}

TEST_CASE("limits: a group whose use cannot be read has no headroom to show") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  root.remove("sys/fs/cgroup/a/memory.current");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  CHECK(errors.size() == 1);
  CHECK(limits.limit == bytes{256 * mebibyte});
  CHECK_FALSE(limits.limit_used);
  CHECK_FALSE(limits.headroom);
}

TEST_CASE("limits: a group that cannot be named leaves the machine's memory, and the reason") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, ".", "268435456\n");
  root.put("proc/self/cgroup", "0::/\n");
  root.put("proc/self/mountinfo", "35 31 0:32 /../.. /sys/fs/cgroup rw - cgroup2 none rw\n");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  REQUIRE(errors.size() == 1);
  CHECK(*errors.begin() == read_error{read_step::find_cgroup, EXDEV});
  CHECK(limits.kind == limit_kind::ram);
  CHECK(limits.limit_used == used.rss);
  CHECK_FALSE(limits.cgroup_limit);
  CHECK_FALSE(limits.cgroup_current);
}

TEST_CASE("limits: without a group's limit it is the machine's memory") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "max\n");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  CHECK(errors.empty());
  CHECK(name_of(limits.kind) == "MemTotal");
  CHECK(limits.limit == bytes{1024 * mebibyte});
  CHECK(limits.headroom == bytes{512 * mebibyte});
  CHECK(limits.cgroup_current == bytes{mebibyte});
}

TEST_CASE("limits: a root group has no such files, and that is no error") {
  fake_root const root;
  put_v2(root, "");
  root.put("sys/fs/cgroup/memory.pressure", "cut");
  root.remove("sys/fs/cgroup/memory.pressure");
  limits_reader reader{{.root = root.path()}};
  auto const [limits, errors] = read(reader);
  CHECK(errors.empty());
  CHECK(limits.kind == limit_kind::ram);
  CHECK_FALSE(limits.cgroup_current);
  CHECK_FALSE(limits.oom_kills);
}

TEST_CASE("limits: what does not parse is absent with the reason, and never zero") {
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  for (auto const* file : {"memory.current", "memory.stat", "memory.events", "memory.pressure"}) {
    CAPTURE(file);
    put_group(root, "a", "268435456\n");
    root.put(std::string{"sys/fs/cgroup/a/"} + file, "");
    limits_reader reader{{.root = root.path()}};
    auto const [limits, errors] = read(reader);
    REQUIRE(errors.size() == 1);
    CHECK(*errors.begin() == read_error{read_step::parse_cgroup, 0});
    CHECK(limits.limit == bytes{256 * mebibyte});
    CHECK((!limits.cgroup_current || !limits.cgroup_reclaimable || !limits.oom_kills ||
           !limits.pressure_some_us));
  }
}

TEST_CASE("limits: where nothing can be read, VMS is the last resort, and the reasons are told") {
  fake_root const root;
  limits_reader reader{{.root = root.path()}};
  for (int i = 0; i < 2; ++i) {
    auto const [limits, errors] = read(reader);
    CHECK(limits.kind == limit_kind::vms);
    CHECK(limits.limit == used.vms);
    CHECK_FALSE(limits.ram_total);
    REQUIRE(errors.size() == 2);
    CHECK(*errors.begin() == read_error{read_step::open_cgroup, ENOENT});
    CHECK(errors.begin()[1] == read_error{read_step::open_meminfo, ENOENT});
  }
  // And recovers.
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  auto const [limits, errors] = read(reader);
  CHECK(errors.empty());
  CHECK(limits.kind == limit_kind::cgroup_max);
}

TEST_CASE("limits: RLIMIT_AS counts, where it is the smallest") {
  struct seen {
    limit_kind kind;
    std::uint64_t limit;
    std::uint64_t left;
  };
  fake_root const root;
  put_v2(root, "a");
  auto const facts = in_child([&]() -> seen {
    rlimit const limit{800 * mebibyte, 800 * mebibyte};
    ::setrlimit(RLIMIT_AS, &limit);
    limits_reader reader{{.root = root.path()}};
    auto const limits = read(reader).limits;
    return {limits.kind, limits.limit.value_or(bytes{}).value(),
            limits.headroom.value_or(bytes{}).value()};
  });
  REQUIRE(facts);
  CHECK(facts->kind == limit_kind::address_space);
  CHECK(facts->limit == 800 * mebibyte);
  CHECK(facts->left == 400 * mebibyte);
}

TEST_CASE("limits: what RLIMIT_DATA leaves is what mmap gives") {
  struct seen {
    limit_kind kind;
    std::uint64_t limit;
    std::uint64_t left;
    std::uint64_t given;
    limit_kind with_soft_0;
  };
  fake_root const root;
  put_v2(root, "a");
  auto const facts = in_child([&]() -> seen {
    rlimit limit{100 * mebibyte, 200 * mebibyte};
    ::setrlimit(RLIMIT_DATA, &limit);
    limits_reader reader{{.root = root.path()}};
    auto const limits = read(reader).limits;
    std::uint64_t given = 0;
    while (given < 200 * mebibyte &&
           ::mmap(nullptr, mebibyte, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
               MAP_FAILED) {
      given += mebibyte;
    }
    limit.rlim_cur = 0;
    ::setrlimit(RLIMIT_DATA, &limit);
    auto const soft_0 = read(reader).limits;
    return {limits.kind, limits.limit.value_or(bytes{}).value(),
            limits.headroom.value_or(bytes{}).value(), given,
            soft_0.data_limit == bytes{200 * mebibyte} ? soft_0.kind : limit_kind::none};
  });
  REQUIRE(facts);
  CHECK(facts->kind == limit_kind::data);
  CHECK(facts->limit == 100 * mebibyte);
  CHECK(facts->left >= facts->given);
  CHECK(facts->left < facts->given + 2 * mebibyte);
  CHECK(facts->with_soft_0 == limit_kind::data);
}

TEST_CASE("limits: reads this machine") {
  limits_reader reader;
  auto const [limits, errors] = read(reader);
  CHECK(errors.empty());
  CHECK(limits.kind != limit_kind::none);
  REQUIRE(limits.ram_total);
  CHECK(limits.ram_total->value() ==
        static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) * test_support::page_size());
  REQUIRE(limits.ram_available);
  CHECK(*limits.ram_available < *limits.ram_total);
  CHECK(*limits.ram_available > bytes{0});
}

TEST_CASE("limits: holds no more descriptors than it says, and gives them back") {
  auto const before = test_support::open_descriptors();
  fake_root const root;
  put_v2(root, "a");
  put_group(root, "a", "268435456\n");
  {
    limits_reader reader{{.root = root.path()}};
    for (int i = 0; i < 5; ++i) {
      static_cast<void>(read(reader));
      reader.walk_again();
    }
    CHECK(test_support::open_descriptors() == before + 7);
    // Another group: the old one's are closed.
    put_group(root, "z", "134217728\n");
    root.put("proc/self/cgroup", "0::/z\n");
    CHECK(read(reader).limits.limit == bytes{128 * mebibyte});
    CHECK(test_support::open_descriptors() == before + 7);
    auto moved = std::move(reader);
    CHECK(read(moved).limits.limit == bytes{128 * mebibyte});
  }
  CHECK(test_support::open_descriptors() == before);
  limits_reader holds_none{
      {.descriptors = memscape::descriptor_policy::per_call, .root = root.path()}};
  CHECK(read(holds_none).limits.limit == bytes{128 * mebibyte});
  CHECK(test_support::open_descriptors() == before);
}

}  // namespace
