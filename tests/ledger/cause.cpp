// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>
#include <memscape/ledger/cause.hpp>
#include <memscape/ledger/walk/part_accounts.hpp>

namespace {

using memscape::cause;
using memscape::name_of;

static_assert(memscape::cause_count == static_cast<std::size_t>(cause::anonymous) + 1);

TEST_CASE("cause: each has its own name") {
  CHECK(name_of(cause::malloc_heap) == "malloc.heap");
  CHECK(name_of(cause::stack_threads) == "stack.threads");
  CHECK(name_of(cause::vdso) == "vdso");
  CHECK(name_of(cause::anonymous) == "anonymous");
  CHECK(name_of(static_cast<cause>(200)) == "unknown");
  for (std::size_t i = 0; i < memscape::cause_count; ++i) {
    auto const& one = memscape::cause_table[i];
    CHECK(one.of == static_cast<cause>(i));
    for (std::size_t j = 0; j < i; ++j) CHECK(one.name != memscape::cause_table[j].name);
  }
}

TEST_CASE("cause: each that lists files is a part of a file's account, and no other") {
  for (auto const& one : memscape::cause_table) {
    CAPTURE(one.name);
    bool const lists_files = one.parts == memscape::cause_parts::files;
    CHECK(lists_files == (memscape::file_part_of(one.of) != nullptr));
    CHECK(lists_files == one.name.starts_with("file."));
    CHECK(one.name.size() <= name_of(memscape::longest_cause()).size());
  }
  CHECK(is_of_malloc(cause::malloc_mmap));
  CHECK_FALSE(is_of_malloc(cause::anonymous));
}

}  // namespace
