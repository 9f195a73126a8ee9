// SPDX-License-Identifier: MIT
#include <memscape/sources/allocator/symbol.hpp>

#include <dlfcn.h>
#include <doctest/doctest.h>

namespace {

TEST_CASE(
    "symbol: what is linked is taken, what is only loaded is found, what is not there is null") {
  auto linked = [](int) noexcept -> int { return 7; };
  int (*const function)(int) noexcept = linked;
  CHECK((memscape::find_symbol(function, "abs") == function));
  auto* const found = memscape::find_symbol<auto(int) noexcept -> int>(nullptr, "abs");
  REQUIRE((found != nullptr));
  CHECK(found(-3) == 3);
  CHECK(reinterpret_cast<void*>(found) == ::dlsym(RTLD_DEFAULT, "abs"));
  CHECK_FALSE(static_cast<bool>(
      memscape::find_symbol<auto(int) noexcept -> int>(nullptr, "memscape_has_no_such")));
}

TEST_CASE("symbol: a block is malloc's for as long as it lives") {
  memscape::malloc_block const one{100};
  memscape::malloc_block const other{100};
  CHECK(one.address() != nullptr);
  CHECK(one.address() != other.address());
}

}  // namespace
