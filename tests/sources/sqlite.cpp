// SPDX-License-Identifier: MIT
#include <memscape/sources/sqlite.hpp>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>

namespace {

using memscape::bytes;
using memscape::count;
using memscape::sqlite_source;
using memscape::usage;

static_assert(memscape::allocator_source<sqlite_source>);
static_assert(memscape::says_home<sqlite_source>);

bool resets = false;

extern "C" auto fake(int what, long long* current, long long* highest, int reset) -> int {
  resets = resets || reset != 0;
  *current = what == 0 ? 5000 : 7;
  *highest = what == 0 ? 9000 : 8;
  return what == 0 || what == 9 ? 0 : 21;
}
extern "C" auto refuses(int, long long* current, long long* highest, int) -> int {
  *current = *highest = 12345;
  return 21;
}
extern "C" auto below_zero(int, long long* current, long long*, int) -> int {
  *current = -1;
  return 0;
}

TEST_CASE("sqlite: memory, its peak and its blocks, and the peak is left as it is") {
  sqlite_source const source{&fake};
  CHECK(source.is_available());
  CHECK(source.sample() == usage{.used = bytes{5000}, .peak = bytes{9000}, .objects = count{7}});
  CHECK_FALSE(resets);
}

TEST_CASE("sqlite: what is refused, below zero or not there is not available") {
  for (auto const source :
       {sqlite_source{&refuses}, sqlite_source{&below_zero}, sqlite_source{nullptr}}) {
    CHECK_FALSE(source.is_available());
    CHECK(source.sample() == usage{.used = bytes{}});
  }
}

TEST_CASE("sqlite: a real one says the same by its other functions") {
  CHECK(sqlite_source{}.is_available() == (::dlsym(RTLD_DEFAULT, "sqlite3_status64") != nullptr));
  auto* const library = ::dlopen("libsqlite3.so.0", RTLD_NOW | RTLD_GLOBAL);
  if (library == nullptr) {
    MESSAGE("skipped: SQLite is not installed");
    return;
  }
  auto const named = [library](char const* name) { return ::dlsym(library, name); };
  auto const open = reinterpret_cast<int (*)(char const*, void**)>(named("sqlite3_open"));
  auto const used = reinterpret_cast<long long (*)()>(named("sqlite3_memory_used"));
  auto const highest = reinterpret_cast<long long (*)(int)>(named("sqlite3_memory_highwater"));
  auto const close = reinterpret_cast<int (*)(void*)>(named("sqlite3_close"));
  void* database = nullptr;
  REQUIRE(open(":memory:", &database) == 0);
  sqlite_source const source;
  CHECK(source.is_available());
  auto const told = source.sample();
  CHECK(told.used.value() > 10000);
  CHECK(told.used.value() == static_cast<unsigned long long>(used()));
  CHECK(told.peak == bytes{static_cast<unsigned long long>(highest(0))});
  close(database);
  CHECK(source.sample().used < told.used);
}

}  // namespace
