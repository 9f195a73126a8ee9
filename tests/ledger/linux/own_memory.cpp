// SPDX-License-Identifier: MIT
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/own_memory.hpp>

#include "ledger/support.hpp"
#include "readers/support.hpp"

namespace {

TEST_CASE("own_memory: reads what is mapped, and fails on what is not") {
  memscape::own_memory const read;
  std::uint64_t const value = 0x1234;
  std::uint64_t copy = 0;
  CHECK(read(reinterpret_cast<std::uintptr_t>(&value), &copy, sizeof copy));
  CHECK(copy == value);
  std::uint64_t gone = 0;
  {
    test_support::region const block{2};
    gone = block.address();
    CHECK(::munmap(block.at(1), test_support::one_page) == 0);
    CHECK_FALSE(read(block.address(1) - 4, &copy, sizeof copy));
  }
  CHECK_FALSE(read(gone, &copy, sizeof copy));
  CHECK_FALSE(read(0, &copy, sizeof copy));
  CHECK_MESSAGE(read.why() == 0, "memory that is gone is no refusal");
}

TEST_CASE("own_memory: reads heads at many places, up to the first that is gone") {
  memscape::own_memory const read;
  test_support::region const pages{5};
  for (std::size_t i = 0; i < 5; ++i) {
    auto* const words = reinterpret_cast<std::uint64_t*>(pages.at(i));
    words[0] = i;
    words[1] = i * 10;
  }
  std::uint64_t places[5];
  for (std::size_t i = 0; i < 5; ++i) places[i] = pages.address(i);
  memscape::own_memory::head heads[5];
  CHECK(read.heads(places, heads, 5) == 5);
  for (std::size_t i = 0; i < 5; ++i) CHECK((heads[i].first == i && heads[i].second == i * 10));
  CHECK(read.is_mapped(pages.address(), pages.size()));
  ::munmap(pages.at(3), test_support::one_page);
  CHECK(read.heads(places, heads, 5) == 3);
  CHECK(read.heads(places + 3, heads, 2) == 0);
  CHECK_FALSE(read.is_mapped(pages.address(), pages.size()));
  CHECK(read.why() == 0);
}

TEST_CASE("own_memory: a call that is refused tells its errno") {
  auto const good = test_support::in_child([] {
    if (!test_support::deny({SYS_process_vm_readv}, EPERM)) return true;
    memscape::own_memory read;
    std::uint64_t value = 1;
    bool const failed = !read(reinterpret_cast<std::uintptr_t>(&value), &value, sizeof value);
    bool const told = read.why() == EPERM;
    read.restart();
    return failed && told && read.why() == 0;
  });
  CHECK(good == true);
}

}  // namespace
