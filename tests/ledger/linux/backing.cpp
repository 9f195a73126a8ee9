// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/backing.hpp>
#include <memscape/ledger/linux/mapping_source.hpp>
#include <sched.h>
#include <string>
#include <string_view>

#include "readers/support.hpp"

namespace {

using memscape::backing;
using memscape::mapping;
using memscape::mapping_kind;

// The mapping at this address, as the kernel lists it.
auto mapping_at(void const* address) -> mapping {
  memscape::mapping_source source;
  source.open(false);
  while (auto const* const next = source.next()) {
    if (next->map.begin == reinterpret_cast<std::uintptr_t>(address)) return next->map;
  }
  return {};
}

auto kind_of_mapped(int descriptor, int flags = MAP_SHARED, int rights = PROT_READ)
    -> mapping_kind {
  void* const at = ::mmap(nullptr, 4096, rights, flags, descriptor, 0);
  if (at == MAP_FAILED) return mapping_kind::stack;
  backing knows;
  auto const kind = knows.kind_of(mapping_at(at));
  ::munmap(at, 4096);
  return kind;
}

auto kind_of_file(std::string const& path) -> mapping_kind {
  int const descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0 || ::ftruncate(descriptor, 4096) != 0) return mapping_kind::stack;
  auto const kind = kind_of_mapped(descriptor);
  ::unlink(path.c_str());
  auto const deleted = kind_of_mapped(descriptor);
  ::close(descriptor);
  return kind == deleted ? kind : mapping_kind::stack;
}

TEST_CASE("backing: a file of a tmpfs is shared memory wherever that is mounted, deleted or not") {
  auto const kind = test_support::in_child([] {
    char folder[] = "/var/tmp/memscape-test-XXXXXX";
    if (::mkdtemp(folder) == nullptr) return mapping_kind::shmem;
    bool const mounted = ::unshare(CLONE_NEWNS) == 0 &&
                         ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                         ::mount("none", folder, "tmpfs", 0, nullptr) == 0;
    auto const found = mounted ? kind_of_file(std::string{folder} + "/file") : mapping_kind::shmem;
    if (mounted) ::umount2(folder, MNT_DETACH);
    ::rmdir(folder);
    return found;
  });
  CHECK(kind == mapping_kind::shmem);
  CHECK(kind_of_file("/dev/shm/memscape-test") == mapping_kind::shmem);
  CHECK(kind_of_file("/var/tmp/memscape-test") == mapping_kind::file);
}

TEST_CASE("backing: memfd, devices, and private memory of /dev/zero") {
  int const memfd = ::memfd_create("test", MFD_CLOEXEC);
  REQUIRE(::ftruncate(memfd, 4096) == 0);
  CHECK(kind_of_mapped(memfd) == mapping_kind::shmem);
  CHECK(kind_of_mapped(memfd, MAP_PRIVATE) == mapping_kind::shmem);
  ::close(memfd);
  int const zero = ::open("/dev/zero", O_RDWR | O_CLOEXEC);
  CHECK(kind_of_mapped(zero) == mapping_kind::shmem);
  CHECK(kind_of_mapped(zero, MAP_PRIVATE) == mapping_kind::anonymous);
  ::close(zero);
}

auto kind_of_line(std::string_view line) -> mapping_kind {
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  backing knows;
  return knows.kind_of(*parsed);
}

TEST_CASE("backing: what is not there to be asked is what its name says") {
  CHECK(kind_of_line("1-2 rw-s 0 00:ff 5 /dev/gone0") == mapping_kind::device);
  CHECK(kind_of_line("1-2 rw-s 0 00:ff 5 anon_inode:[io_uring]") == mapping_kind::device);
  CHECK(kind_of_line("1-2 rw-s 0 00:ff 0 /SYSV00000000 (deleted)") == mapping_kind::shmem);
  CHECK_MESSAGE(kind_of_line("1-2 rw-s 0 fe:00 5 /memfd:x") == mapping_kind::file,
                "a file on a disk that has such a name");
  CHECK_MESSAGE(kind_of_line("1-2 rw-s 0 fe:00 5 /dev/shm/x") == mapping_kind::file,
                "where no tmpfs is mounted there");
  CHECK(kind_of_line("1-2 r-xp 0 00:ff 5 /bin/x") == mapping_kind::file);
  CHECK(kind_of_line("1-2 rw-p 0 0:0 0 [heap]") == mapping_kind::heap);
}

TEST_CASE(
    "backing: a file of a mounted file system is no buffer of the kernel's, whatever its name") {
  struct seen {
    bool mounted;
    mapping_kind kinds[4];
    char folder[40];
  };
  auto const facts = test_support::in_child([]() -> seen {
    // Of a root of its own, whose file system has no disk.
    char folder[] = "/var/tmp/memscape-test-XXXXXX";
    seen of{};
    if (::mkdtemp(folder) == nullptr) return of;
    std::memcpy(of.folder, folder, sizeof folder);
    of.mounted = ::unshare(CLONE_NEWNS) == 0 &&
                 ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                 ::mount("none", folder, "tmpfs", 0, nullptr) == 0 &&
                 ::mkdir((std::string{folder} + "/proc").c_str(), 0700) == 0 &&
                 ::mount("/proc", (std::string{folder} + "/proc").c_str(), nullptr,
                         MS_BIND | MS_REC, nullptr) == 0;
    if (of.mounted && ::chroot(folder) == 0) {
      std::size_t i = 0;
      for (char const* const name : {"/anon_hugepage", "/dmabuf:", "/secretmem", "/memfd:x"}) {
        of.kinds[i++] = kind_of_file(name);
      }
    }
    return of;
  });
  REQUIRE(facts);
  // Its mounts went with its namespace.
  ::rmdir(facts->folder);
  if (!facts->mounted) {
    MESSAGE("skipped: this process may not mount");
    return;
  }
  for (auto const kind : facts->kinds) CHECK(kind == mapping_kind::shmem);
}

}  // namespace
