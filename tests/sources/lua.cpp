// SPDX-License-Identifier: MIT
#include <memscape/sources/lua.hpp>

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

}  // namespace
