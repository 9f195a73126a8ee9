// SPDX-License-Identifier: MIT
#include <memscape/sources/lua.hpp>

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <memscape/core/memory_home.hpp>

namespace {

using memscape::bytes;
using memscape::lua_source;
using memscape::memory_home;

struct state {
  int kibibytes, rest;
};

// As Lua 5.4 has it, and as the ones before do.
extern "C" auto collect(state* of, int what, ...) -> int {
  return what == 3 ? of->kibibytes : what == 4 ? of->rest : -1;
}
extern "C" auto collect_before(state* of, int what, int) -> int { return collect(of, what); }

using source = lua_source<state, decltype(&collect)>;
static_assert(memscape::allocator_source<source>);
static_assert(memscape::says_home<source> && source::lies_in == memory_home::malloc);
static_assert(lua_source<state, decltype(&collect), memory_home::unknown>::lies_in ==
              memory_home::unknown);

TEST_CASE("lua: kibibytes and the rest of them, with either form of its function") {
  state of{.kibibytes = 3, .rest = 100};
  CHECK(lua_source{&of, &collect}.sample() == memscape::usage{.used = bytes{3172}});
  CHECK(lua_source{&of, collect_before}.sample().used == bytes{3172});
  CHECK(lua_source{&of, collect}.is_available());
  of.kibibytes = 3 << 20;
  CHECK(lua_source{&of, collect}.sample().used == bytes{(std::uint64_t{3} << 30U) + 100});
}

TEST_CASE("lua: a state that refuses is not available") {
  state of{.kibibytes = -1, .rest = -1};
  CHECK_FALSE(lua_source{&of, collect}.is_available());
  CHECK(lua_source{&of, collect}.sample().used == bytes{});
}

// Counts what Lua asks for: `old` is a size only where there is a block.
auto allocate(void* held, void* block, std::size_t old, std::size_t size) -> void* {
  auto& sum = *static_cast<std::size_t*>(held);
  if (block != nullptr) sum -= old;
  sum += size;
  if (size != 0) return std::realloc(block, size);
  std::free(block);
  return nullptr;
}

TEST_CASE("lua: a real state uses what its allocator handed out, to the byte") {
  auto* const library = ::dlopen("liblua5.4.so.0", RTLD_NOW);
  if (library == nullptr) {
    MESSAGE("skipped: Lua 5.4 is not installed");
    return;
  }
  auto const named = [library](char const* name) { return ::dlsym(library, name); };
  auto const begin = reinterpret_cast<void* (*)(decltype(&allocate), void*)>(named("lua_newstate"));
  auto const libraries = reinterpret_cast<void (*)(void*)>(named("luaL_openlibs"));
  auto const gc = reinterpret_cast<int (*)(void*, int, ...)>(named("lua_gc"));
  auto const close = reinterpret_cast<void (*)(void*)>(named("lua_close"));
  std::size_t sum = 0;
  void* const L = begin(&allocate, &sum);
  REQUIRE(L != nullptr);
  lua_source const real{L, gc};
  CHECK(real.sample().used == bytes{sum});
  auto const before = sum;
  libraries(L);
  CHECK(sum > before);
  CHECK(real.sample().used == bytes{sum});
  close(L);
}

}  // namespace
