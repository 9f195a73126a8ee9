// SPDX-License-Identifier: MIT
#include <dlfcn.h>
#include <link.h>

#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/ledger/linux/loaded_object.hpp>

namespace {

// The object that the loader finds the name in.
auto object_of(char const* name) -> link_map const& {
  Dl_info info{};
  void* map = nullptr;
  REQUIRE(::dladdr1(::dlsym(RTLD_DEFAULT, name), &info, &map, RTLD_DL_LINKMAP) != 0);
  return *static_cast<link_map const*>(map);
}

TEST_CASE("loaded_object: what the C library defines, as dlsym finds it") {
  memscape::loaded_object const libc{object_of("gnu_get_libc_version")};
  for (auto const* const name : {"gnu_get_libc_version", "insque", "lfind"}) {
    CHECK(libc.defined(name) == reinterpret_cast<std::uintptr_t>(::dlsym(RTLD_DEFAULT, name)));
    CHECK_FALSE(libc.imports(name));
  }
  CHECK(libc.defined("memscape_is_not_there") == 0);
  CHECK(libc.defined("") == 0);
  CHECK_MESSAGE(libc.imports("_rtld_global"), "of the loader");
}

TEST_CASE("loaded_object: what an object has from another one it imports and does not define") {
  auto const& program = *_r_debug.r_map;
  memscape::loaded_object const object{program};
  CHECK(object.defined("gnu_get_libc_version") == 0);
  CHECK(object.imports("dladdr1"));
  CHECK_FALSE(object.imports("memscape_is_not_there"));
}

TEST_CASE("loaded_object: an object without a table has nothing") {
  link_map const empty{};
  memscape::loaded_object const object{empty};
  CHECK(object.defined("malloc") == 0);
  CHECK_FALSE(object.imports("malloc"));
  CHECK(object.stub("malloc") == 0);
}

}  // namespace
