// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memscape/core/memory_home.hpp>
#include <memscape/core/usage.hpp>
#include <optional>

namespace memscape::inline v0 {

/// A source for a state of Lua 5.1 to 5.4 or LuaJIT: the state, and `lua_gc` of the program's own Lua.
///
///     leaf<"lua", "Lua">(memscape::lua_source{L, lua_gc})
///
/// Gives used: what the state's objects take, garbage included until it is collected. Its memory lies in malloc, as
/// `luaL_newstate` has it; a state with an allocator of its own says so:
/// `lua_source<lua_State, decltype(&lua_gc), memory_home::unknown>`.
/// Errors: where Lua refuses (5.4, in the midst of a collection or while the state closes) `is_available()` is
/// false and used is 0.
/// Cost: two calls that read a counter. Threads: that of the state: Lua has no locks. The state must outlive the
/// registry. Source: lua_gc in the reference manual, LUA_GCCOUNT and LUA_GCCOUNTB.
template <class State, class Collect, memory_home Home = memory_home::malloc>
class lua_source {
 public:
  static constexpr auto lies_in = Home;

  constexpr lua_source(State* state, Collect collect) noexcept : state_{state}, collect_{collect} {}

  [[nodiscard]] auto sample() const noexcept -> usage { return {.used = told().value_or(bytes{})}; }
  /// Whether `sample().used` is told.
  [[nodiscard]] auto is_available() const noexcept -> bool { return told().has_value(); }

 private:
  [[nodiscard]] auto told() const noexcept -> std::optional<bytes> {
    constexpr int in_kibibytes = 3;
    constexpr int and_bytes = 4;
    // The last argument is for Lua before 5.4, whose function takes three.
    int const kibibytes = collect_(state_, in_kibibytes, 0);
    int const rest = collect_(state_, and_bytes, 0);
    if (kibibytes < 0 || rest < 0) return std::nullopt;
    return bytes{static_cast<std::uint64_t>(kibibytes)} * 1024 +
           bytes{static_cast<std::uint64_t>(rest)};
  }

  State* state_;
  Collect collect_;
};

}  // namespace memscape::inline v0
