// SPDX-License-Identifier: MIT
// In control groups of the test's own: what the kernel counts is what is told, in whatever namespace.
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <iterator>
#include <linux/magic.h>
#include <memscape/readers/extended.hpp>
#include <memscape/readers/linux/cgroup/outside.hpp>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "readers/support.hpp"
#include "support/memory_group.hpp"

namespace {

using memscape::bytes;
using memscape::extended_memory;
using memscape::extended_reader;
using memscape::limit_kind;
using memscape::read_error;
using memscape::read_step;
using test_support::in_child;
using test_support::mapping;
using test_support::mebibyte;
using test_support::memory_group;
using test_support::most_of;

constexpr std::string_view no_group = "skipped: this user may make no memory group here";
constexpr std::string_view no_namespace = "skipped: this user may make no namespace here";

// Put there by the kernel, so that a sanitizer does not shadow it in the same group.
constexpr int present = MAP_PRIVATE | MAP_POPULATE;

// A group within another, which is gone when the test is.
struct inner_group {
  std::string folder;
  explicit inner_group(memory_group const& outer) : folder{outer.folder() + "/inner"} {
    is_there = ::mkdir(folder.c_str(), 0755) == 0;
  }
  inner_group(inner_group const&) = delete;
  auto operator=(inner_group const&) -> inner_group& = delete;
  ~inner_group() { ::rmdir(folder.c_str()); }
  bool is_there = false;
};

// What the kernel says in the group's own file, read without the library's parsers.
auto kernels_number(memory_group const& group, char const* v2, char const* v1) -> std::uint64_t {
  return std::strtoull(group.text_of(group.version() == 2 ? v2 : v1).c_str(), nullptr, 10);
}
auto current_of(memory_group const& group) -> std::uint64_t {
  return kernels_number(group, "memory.current", "memory.usage_in_bytes");
}

// A process in the group that has done `work`, and sleeps until it is killed.
class neighbour {
 public:
  template <class Work>
  neighbour(memory_group const& group, Work const& work) {
    int ends[2]{};
    if (::pipe(ends) != 0) return;
    child_ = ::fork();
    if (child_ == 0) {
      bool const good = group.enter() && work();
      if (::write(ends[1], good ? "y" : "n", 1) != 1) ::_exit(1);
      for (;;) ::pause();
    }
    ::close(ends[1]);
    char answer = 'n';
    is_ready_ = ::read(ends[0], &answer, 1) == 1 && answer == 'y';
    ::close(ends[0]);
  }
  neighbour(neighbour const&) = delete;
  auto operator=(neighbour const&) -> neighbour& = delete;
  ~neighbour() {
    if (child_ <= 0) return;
    ::kill(child_, SIGKILL);
    while (::waitpid(child_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }
  [[nodiscard]] auto is_ready() const -> bool { return is_ready_; }

 private:
  ::pid_t child_ = -1;
  bool is_ready_ = false;
};

// What a process that enters the group is told there; nothing where it cannot.
struct told {
  extended_memory detail{};
  memscape::cgroup_outside outside{};
  std::uint64_t current = 0;  // what the kernel said right before
  bool is_there = false;
};
template <class Prepare>
auto read_in(memory_group const& group, Prepare const& prepare) -> told {
  auto const facts = in_child([&]() -> told {
    if (!group.enter() || !prepare()) return {};
    auto const current = current_of(group);
    return {extended_reader{}.read(), memscape::read_cgroup_outside(), current, true};
  });
  return facts.value_or(told{});
}
auto read_in(memory_group const& group) -> told {
  return read_in(group, [] { return true; });
}

TEST_CASE("group_live: what a sibling holds is used, and no headroom of ours") {
  memory_group const group{512 * mebibyte};
  if (!group.usable()) {
    MESSAGE(no_group);
    return;
  }
  neighbour const sibling{group, [] {
                            static mapping const memory{240 * mebibyte, present};
                            return true;
                          }};
  REQUIRE(sibling.is_ready());
  auto const seen = read_in(group);
  REQUIRE(seen.is_there);
  auto const& limits = seen.detail.limits;
  CHECK(limits.kind == (group.version() == 2 ? limit_kind::cgroup_max : limit_kind::cgroup_v1));
  CHECK(limits.limit == bytes{512 * mebibyte});
  REQUIRE(limits.limit_used);
  CHECK(limits.limit_used->value() >= most_of(240 * mebibyte));
  REQUIRE(limits.headroom);
  CHECK(limits.headroom->value() <=
        512 * mebibyte - static_cast<std::size_t>(most_of(240 * mebibyte)));
  // The second witness: the kernel's own number, but for what the reader takes meanwhile.
  REQUIRE(limits.cgroup_current);
  CHECK(limits.cgroup_current->value() + 8 * mebibyte > seen.current);
  CHECK(limits.cgroup_current->value() < seen.current + 8 * mebibyte);
}

TEST_CASE("group_live: tmpfs has nowhere to go, and is used") {
  memory_group const group{256 * mebibyte};
  if (!group.usable()) {
    MESSAGE(no_group);
    return;
  }
  int const file = ::memfd_create("memscape-test", MFD_CLOEXEC);
  REQUIRE(file != -1);
  REQUIRE(::ftruncate(file, static_cast<::off_t>(64 * mebibyte)) == 0);
  neighbour const writer{group, [file] {
                           std::string const piece(mebibyte, 'x');
                           for (int i = 0; i < 64; ++i) {
                             if (::write(file, piece.data(), piece.size()) < 0) return false;
                           }
                           return true;
                         }};
  REQUIRE(writer.is_ready());
  auto const limits = read_in(group).detail.limits;
  REQUIRE(limits.limit_used);
  CHECK(limits.limit_used->value() >= most_of(64 * mebibyte));
  REQUIRE(limits.cgroup_reclaimable);
  CHECK(limits.cgroup_reclaimable->value() < 32 * mebibyte);
  ::close(file);
}

TEST_CASE("group_live: page cache that is written is current, can be taken back, and is not used") {
  memory_group const group{256 * mebibyte};
  struct statfs where{};
  if (!group.usable() || ::statfs("/var/tmp", &where) != 0 || where.f_type == TMPFS_MAGIC) {
    MESSAGE("skipped: this user may make no memory group here, or /var/tmp is memory");
    return;
  }
  char name[] = "/var/tmp/memscape-test-XXXXXX";
  int const file = ::mkstemp(name);
  REQUIRE(file != -1);
  ::unlink(name);
  neighbour const writer{group, [file] {
                           std::string const piece(mebibyte, 'x');
                           for (int i = 0; i < 64; ++i) {
                             if (::write(file, piece.data(), piece.size()) < 0) return false;
                           }
                           return ::fsync(file) == 0;
                         }};
  REQUIRE(writer.is_ready());
  auto const before = read_in(group).detail.limits;
  REQUIRE(before.cgroup_current);
  CHECK(before.cgroup_current->value() >= most_of(64 * mebibyte));
  REQUIRE(before.cgroup_reclaimable);
  CHECK(before.cgroup_reclaimable->value() >= most_of(64 * mebibyte));
  REQUIRE(before.limit_used);
  CHECK(before.limit_used->value() < 48 * mebibyte);
  // The second witness: the kernel takes it back when asked.
  if (::posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) == 0) {
    auto const after = read_in(group).detail.limits;
    CHECK(after.cgroup_reclaimable->value() < 32 * mebibyte);
    CHECK(after.limit_used->value() < before.limit_used->value() + 16 * mebibyte);
  }
  ::close(file);
}

TEST_CASE("group_live: a group above that others have filled is the one that is met first") {
  memory_group const group{256 * mebibyte};
  if (!group.usable() || group.version() != 1) {
    MESSAGE("skipped: this user may make no memory group of version 1 here");
    return;
  }
  inner_group const inner{group};
  REQUIRE(inner.is_there);
  {
    std::ofstream{inner.folder + "/memory.limit_in_bytes"} << 200 * mebibyte;
    neighbour const sibling{group, [] {
                              static mapping const memory{100 * mebibyte, present};
                              return true;
                            }};
    REQUIRE(sibling.is_ready());
    auto const limits = read_in(group, [&] {
                          std::ofstream out{inner.folder + "/cgroup.procs"};
                          out << "0" << std::flush;
                          return out.good();
                        }).detail.limits;
    CHECK(limits.limit == bytes{256 * mebibyte});
    REQUIRE(limits.headroom);
    CHECK(limits.headroom->value() <=
          256 * mebibyte - static_cast<std::size_t>(most_of(100 * mebibyte)));
  }
}

// ---- mounts and namespaces; version 1, because its controller can be mounted anywhere

auto is_private_namespace() -> bool {
  return ::unshare(CLONE_NEWNS) == 0 &&
         ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
}
auto mount_memory(char const* where) -> bool {
  return ::mount("memscape-test", where, "cgroup", 0, "memory") == 0;
}
auto first_error(told const& of) -> read_error {
  return of.detail.detail_errors.empty() ? read_error{} : *of.detail.detail_errors.begin();
}

TEST_CASE("group_live: the mount that is visible counts, and not one that lies hidden") {
  memory_group const group{64 * mebibyte};
  if (!group.usable() || group.version() != 1) {
    MESSAGE("skipped: this user may make no memory group of version 1 here");
    return;
  }
  struct {
    std::string_view what;
    bool (*prepare)();
    std::optional<std::uint64_t> limit;
    int code;
  } const cases[] = {
      {"mounted again in a tmpfs over all",
       [] {
         return ::mount("t", "/sys/fs/cgroup", "tmpfs", 0, nullptr) == 0 &&
                ::mkdir("/sys/fs/cgroup/mem", 0755) == 0 && mount_memory("/sys/fs/cgroup/mem");
       },
       64 * mebibyte, 0},
      {"a tmpfs over all",
       [] { return ::mount("t", "/sys/fs/cgroup", "tmpfs", 0, nullptr) == 0; },
       {},
       ENOENT},
      {"a tmpfs over a folder above",
       [] { return ::mount("t", "/sys", "tmpfs", 0, nullptr) == 0; },
       {},
       ENOENT},
      {"twice at one point",
       [] {
         return ::mount("/sys/fs/cgroup/memory", "/sys/fs/cgroup/memory", nullptr, MS_BIND,
                        nullptr) == 0;
       },
       64 * mebibyte, 0},
      {"moved away, and a tmpfs in its place",
       [] {
         return ::mount("t", "/mnt", "tmpfs", 0, nullptr) == 0 &&
                ::mount("/sys/fs/cgroup", "/mnt", nullptr, MS_MOVE, nullptr) == 0 &&
                ::mount("t", "/sys/fs/cgroup", "tmpfs", 0, nullptr) == 0;
       },
       64 * mebibyte, 0},
      {"none at all",
       [] { return ::umount2("/sys/fs/cgroup/memory", MNT_DETACH) == 0; },
       {},
       ENOENT},
      {"a tmpfs over the root, which hides nothing",
       [] { return ::mount("t", "/", "tmpfs", 0, nullptr) == 0; }, 64 * mebibyte, 0},
  };
  // By the mount's id; where the kernel does not tell it, by what mountinfo says of the others.
  for (std::size_t i = 0; i < 2 * std::size(cases); ++i) {
    auto const& one = cases[i / 2];
    bool const has_id = i % 2 == 0;
    CAPTURE(one.what);
    CAPTURE(has_id);
    auto const seen = read_in(group, [&one, has_id] {
      return is_private_namespace() && one.prepare() &&
             (has_id || test_support::deny({SYS_statx}, ENOSYS));
    });
    if (!seen.is_there) {
      MESSAGE(no_namespace);
      continue;
    }
    auto const& limits = seen.detail.limits;
    CHECK(limits.cgroup_limit == (one.limit ? std::optional{bytes{*one.limit}} : std::nullopt));
    CHECK(limits.cgroup_current.has_value() == one.limit.has_value());
    CHECK(seen.detail.detail_errors.empty() == one.limit.has_value());
    CHECK(seen.outside.error.has_value() == !one.limit);
    if (!one.limit) {
      CHECK(first_error(seen) == read_error{read_step::find_cgroup, one.code});
      CHECK(seen.outside.error == first_error(seen));
    }
  }
}

TEST_CASE("group_live: a mount of another group, or of a part, over that of all") {
  memory_group const group{64 * mebibyte};
  if (!group.usable() || group.version() != 1) {
    MESSAGE("skipped: this user may make no memory group of version 1 here");
    return;
  }
  // As in a container: the group's own folder is all that is seen.
  auto const own = read_in(group, [&] {
    return is_private_namespace() &&
           ::mount(group.folder().c_str(), "/sys/fs/cgroup/memory", nullptr, MS_BIND, nullptr) == 0;
  });
  inner_group const inner{group};
  REQUIRE(inner.is_there);
  auto const other = read_in(group, [&] {
    return is_private_namespace() &&
           ::mount(inner.folder.c_str(), "/sys/fs/cgroup/memory", nullptr, MS_BIND, nullptr) == 0;
  });
  if (!own.is_there || !other.is_there) {
    MESSAGE(no_namespace);
    return;
  }
  CHECK(own.detail.limits.cgroup_limit == bytes{64 * mebibyte});
  CHECK_FALSE(own.outside.error);
  CHECK_FALSE(other.detail.limits.cgroup_limit);
  CHECK(first_error(other) == read_error{read_step::find_cgroup, EXDEV});
  CHECK(other.outside.error == first_error(other));
}

TEST_CASE("group_live: a cgroup namespace without a mount of its own names no group") {
  memory_group const group{64 * mebibyte};
  if (!group.usable()) {
    MESSAGE(no_group);
    return;
  }
  auto const seen = read_in(group, [] { return ::unshare(CLONE_NEWCGROUP) == 0; });
  if (!seen.is_there) {
    MESSAGE(no_namespace);
    return;
  }
  CHECK_FALSE(seen.detail.limits.cgroup_limit);
  CHECK_FALSE(seen.detail.limits.cgroup_current);
  CHECK(first_error(seen) == read_error{read_step::find_cgroup, EXDEV});
  CHECK(seen.outside.error == first_error(seen));
  if (group.version() != 1) return;
  auto const own = read_in(group, [] {
    return ::unshare(CLONE_NEWCGROUP) == 0 && is_private_namespace() && mount_memory("/mnt");
  });
  REQUIRE(own.is_there);
  CHECK(own.detail.limits.cgroup_limit == bytes{64 * mebibyte});
  CHECK(own.detail.detail_errors.empty());
  CHECK_FALSE(own.outside.error);
}

}  // namespace
