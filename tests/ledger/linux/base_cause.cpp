// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/linux/base_cause.hpp>
#include <string>
#include <string_view>

namespace {

using memscape::base_cause;
using memscape::cause;
using memscape::named_cause;
using memscape::own_cause;

auto cause_of(std::string_view line) -> cause {
  auto const parsed = memscape::parse_mapping(line);
  REQUIRE(parsed);
  return base_cause(*parsed);
}

TEST_CASE("base_cause: by kind and rights") {
  CHECK(cause_of("1-2 r-xp 0 fe:1 5 /bin/x") == cause::file_text);
  CHECK(cause_of("1-2 r--p 0 fe:1 5 /bin/x") == cause::file_rodata);
  CHECK(cause_of("1-2 rw-p 0 fe:1 5 /bin/x") == cause::file_data);
  CHECK(cause_of("1-2 rw-p 0 0:0 0") == cause::anonymous);
  CHECK(cause_of("1-2 rw-s 0 0:1 0 /SYSV00000000 (deleted)") == cause::shmem);
  CHECK(cause_of("1-2 rw-s 0 0:e 5 /secretmem (deleted)") == cause::secret);
  for (std::string_view const name :
       {"/dev/dri/card0", "anon_inode:[io_uring]", "anon_inode:[perf_event]", "socket:[45529]",
        "/[aio] (deleted)", "/dmabuf:", "anon_inode:kvm-vcpu:0"}) {
    CAPTURE(name);
    CHECK(cause_of("1-2 rw-s 0 0:10 5 " + std::string{name}) == cause::device);
  }
  CHECK(cause_of("1-2 --xp 0 0:0 0 [uprobes]") == cause::vdso);
}

TEST_CASE("base_cause: names that the C library and Android give") {
  CHECK(named_cause("glibc: malloc arena") == cause::malloc_arena);
  CHECK(named_cause("glibc: malloc") == cause::malloc_mmap);
  CHECK(named_cause("glibc: pthread stack: 7") == cause::stack_threads);
  CHECK(named_cause(".bss") == cause::bss);
  CHECK(named_cause("pool") == cause::anon_named);
}

TEST_CASE(
    "base_cause: what was written to a private mapping of shared memory is the process's own") {
  CHECK(own_cause(cause::shmem, false) == cause::anonymous);
  CHECK(own_cause(cause::device, false) == cause::anonymous);
  CHECK(own_cause(cause::shmem, true) == cause::shmem);
  CHECK(own_cause(cause::file_data, false) == cause::file_data);
}

}  // namespace
