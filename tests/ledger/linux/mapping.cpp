// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/linux/mapping.hpp>
#include <string>
#include <string_view>

namespace {

using memscape::kind_of;
using memscape::mapping_kind;
using memscape::parse_mapping;

constexpr std::string_view numbers = "7f00a000-7f00c000 rw-p 00001000 fe:00 247134";

TEST_CASE("mapping: every field of a line as the kernel writes it") {
  auto const map = parse_mapping(std::string{numbers} + "                     /usr/bin/cat");
  REQUIRE(map);
  CHECK(map->begin == 0x7f00a000);
  CHECK(map->end == 0x7f00c000);
  CHECK(map->size() == 0x2000);
  CHECK(map->readable);
  CHECK(map->writable);
  CHECK_FALSE(map->executable);
  CHECK_FALSE(map->shared);
  CHECK(map->device == std::uint64_t{0xfe} << 32U);
  CHECK(map->inode == 247134);
  CHECK(map->offset == 0x1000);
  CHECK(map->kind == mapping_kind::file);
  CHECK(map->name.view() == "/usr/bin/cat");

  auto const other = parse_mapping("0-ffffffffffffffff --xs 0 0:1 0");
  REQUIRE(other);
  CHECK(other->end == UINT64_MAX);
  CHECK_FALSE(other->readable);
  CHECK(other->executable);
  CHECK(other->shared);
  CHECK(other->kind == mapping_kind::anonymous);
  CHECK(other->name.view().empty());
}

TEST_CASE("mapping: an inode is the number that it is, with zeros before it and without") {
  for (std::string_view const inode : {"0", "00", "07", "7", "10"}) {
    CAPTURE(inode);
    std::string const line = "1000-2000 rw-p 00000000 00:00 " + std::string{inode};
    for (std::string_view const end : {"", " ", " /a"}) {
      auto const parsed = parse_mapping(line + std::string{end});
      REQUIRE(parsed);
      CHECK(parsed->inode == std::stoull(std::string{inode}));
    }
  }
}

TEST_CASE("mapping: names may hold anything but a newline, which the kernel escapes") {
  for (std::string_view const name : {"/with two  spaces", "/tail ", "/a\\012b", "/gone (deleted)",
                                      "/\xff\x01", "/[heap]", "//"}) {
    auto const map = parse_mapping(std::string{numbers} + " " + std::string{name});
    REQUIRE(map);
    CHECK(map->name.view() == name);
    CHECK(map->kind == mapping_kind::file);
  }
  auto const named = parse_mapping(std::string{numbers} + "   [anon:my pool]");
  REQUIRE(named);
  CHECK(named->kind == mapping_kind::named);
  CHECK(named->name.view() == "my pool");
  auto const cut = parse_mapping(std::string{numbers} + "   [anon:my po");
  REQUIRE(cut);
  CHECK(cut->name.view() == "my po");
  auto const longer =
      parse_mapping(std::string{numbers} + " /" + std::string(5000, 'x') + "/lib.so");
  REQUIRE(longer);
  CHECK(longer->name.clipped());
  CHECK(longer->name.view().ends_with("x/lib.so"));
}

TEST_CASE("mapping: what a name stands for") {
  CHECK(kind_of("") == mapping_kind::anonymous);
  CHECK(kind_of("[heap]") == mapping_kind::heap);
  CHECK(kind_of("[stack]") == mapping_kind::stack);
  CHECK(kind_of("[vdso]") == mapping_kind::vdso);
  CHECK(kind_of("[vvar]") == mapping_kind::kernel);
  CHECK(kind_of("[vvar_vclock]") == mapping_kind::kernel);
  CHECK(kind_of("[vsyscall]") == mapping_kind::kernel);
  CHECK(kind_of("[anon_shmem:x]") == mapping_kind::shmem);
  CHECK(kind_of("[uprobes]") == mapping_kind::vdso);
  CHECK(kind_of("[stack:77]") == mapping_kind::anonymous);
  CHECK(kind_of("/anon_hugepage (deleted)") == mapping_kind::hugetlb);
  CHECK(kind_of("/dev/zero (deleted)") == mapping_kind::shmem);
  CHECK(kind_of("/memfd:x (deleted)") == mapping_kind::shmem);
  CHECK(kind_of("/SYSV00000000 (deleted)") == mapping_kind::shmem);
  CHECK(kind_of("/dev/shm/x") == mapping_kind::shmem);
  CHECK(kind_of("/dev/dri/card0") == mapping_kind::device);
  CHECK(kind_of("anon_inode:[io_uring]") == mapping_kind::device);
  CHECK(kind_of("/[aio] (deleted)") == mapping_kind::device);
  CHECK(kind_of("/secretmem (deleted)") == mapping_kind::secret);
  CHECK(kind_of("/device/x") == mapping_kind::file);
  CHECK(kind_of("/anon_hugepages") == mapping_kind::file);
  CHECK(kind_of("/secretmem (deleted).txt") == mapping_kind::file);
}

TEST_CASE("mapping: a line cut anywhere within its numbers is no line") {
  // One digit fewer of the inode is another inode, and cannot be told.
  for (std::size_t size = 0; size < numbers.size() - 5; ++size) {
    CAPTURE(size);
    CHECK_FALSE(parse_mapping(numbers.substr(0, size)));
  }
}

TEST_CASE("mapping: other text is no line") {
  for (std::string_view const line :
       {"Rss:                   4 kB", "7f00c000-7f00a000 rw-p 0 0:0 0", "7f-7f rw-p 0 0:0 0",
        "7f00A000-7f00c000 rw-p 0 0:0 0", "11111111111111111-2 rw-p 0 0:0 0", "1-2 rwxq 0 0:0 0",
        "1-2 wr-p 0 0:0 0", "1-2 rw-- 0 0:0 0", "1-2 rw-p 0 00 0", "1-2 rw-p 0 0:0 x",
        "1-2 rw-p 0 0:0 0x", "1-2 rw-p 0 0:0 99999999999999999999999", "-1-2 rw-p 0 0:0 0",
        " 1-2 rw-p 0 0:0 0", "1-2 rw-p 00000000 00:00 0x", "1-2 rw-p 00000000 00:00 "}) {
    CAPTURE(line);
    CHECK_FALSE(parse_mapping(line));
  }
}

TEST_CASE("mapping: a file on a disk is a file, whatever its name") {
  for (std::string_view const name :
       {"/anon_hugepage", "/anon_hugepage (deleted)", "/dmabuf:", "/secretmem",
        "/secretmem (deleted)", "/memfd:x", "/SYSV00000000 (deleted)", "/[aio]"}) {
    CAPTURE(name);
    auto const on_disk = parse_mapping("1-2 rw-s 00000000 fe:00 5 " + std::string{name});
    REQUIRE(on_disk);
    CHECK(on_disk->kind == mapping_kind::file);
    auto const of_kernel = parse_mapping("1-2 rw-s 00000000 00:0e 5 " + std::string{name});
    REQUIRE(of_kernel);
    CHECK(of_kernel->kind != mapping_kind::file);
  }
}

}  // namespace
