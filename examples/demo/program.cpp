// SPDX-License-Identifier: MIT
#include "program.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <lua.hpp>
#include <utility>

#include "console.hpp"

namespace demo {

namespace {

using namespace std::chrono_literals;

// How often the hook runs, in VM instructions: some 5 to 20 microseconds.
constexpr int hook_period = 1000;
// A program that has ended keeps its memory for this long and is then started again.
constexpr auto rest = 5s;
constexpr unsigned lines_per_second = 20;

}  // namespace

// The functions that Lua calls. They may leave by longjmp, so nothing in them needs a destructor. And they may be
// left at any instruction for good: what takes a lock stands between `hold` and `let_go`.
struct lua_side {
  // Every thread of a state starts with a copy of the main thread's extra space.
  static auto self(lua_State* lua) -> program*& {
    return *static_cast<program**>(lua_getextraspace(lua));
  }

  static auto allocate(void* of, void* block, std::size_t old_size, std::size_t new_size) -> void* {
    auto& program = *static_cast<demo::program*>(of);
    program.call_.hold();
    void* const result = program.memory_.reallocate(block, old_size, new_size);
    program.call_.let_go();
    return result;
  }

  static auto allocate_aside(void* from, void* block, std::size_t old_size, std::size_t new_size)
      -> void* {
    return static_cast<heap_share*>(from)->reallocate(block, old_size, new_size);
  }

  static auto panic(lua_State*) -> int {
    print_line(STDERR_FILENO, "demo", "Lua raised an error where nobody could catch it");
    std::abort();
  }

  // It raises no error: a message handler would run within the hook, and there Lua runs no other.
  static void hook(lua_State* lua, lua_Debug* where) {
    auto& program = *self(lua);
    if (steady::now() < program.slice_end_) return;
    if (lua_isyieldable(lua)) {
      program.handed_back_ = true;
      lua_yield(lua, 0);
    } else {
      lua_getinfo(lua, "Sl", where);
      static_assert(LUA_IDSIZE <= sizeof program.overdue_source_);
      // The program may be ended in between, and then there is no line.
      program.overdue_line_ = 0;
      std::atomic_signal_fence(std::memory_order_seq_cst);
      std::memcpy(program.overdue_source_.data(), where->short_src, LUA_IDSIZE);
      std::atomic_signal_fence(std::memory_order_seq_cst);
      program.overdue_line_ = where->currentline;
    }
  }

  // print(...): to stderr-like line on stdout, bounded in rate, since a loop may print for ever.
  static auto print(lua_State* lua) -> int {
    int const count = lua_gettop(lua);
    luaL_Buffer text;
    luaL_buffinit(lua, &text);
    for (int i = 1; i <= count; ++i) {
      if (i > 1) luaL_addchar(&text, ' ');
      luaL_tolstring(lua, i, nullptr);
      luaL_addvalue(&text);
    }
    luaL_pushresult(&text);
    auto& program = *self(lua);
    if (auto const now = steady::now(); now - program.printing_since_ >= 1s) {
      program.printing_since_ = now;
      program.lines_printed_ = 0;
    }
    if (++program.lines_printed_ <= lines_per_second) {
      std::size_t size = 0;
      char const* const line = lua_tolstring(lua, -1, &size);
      print_line(STDOUT_FILENO, program.source_.name, {line, size});
    }
    return 0;
  }

  // sleep(seconds)
  static auto sleep(lua_State* lua) -> int {
    lua_Number const seconds = luaL_checknumber(lua, 1);
    // Written so that NaN is refused too.
    luaL_argcheck(lua, seconds >= 0 && seconds <= 86400, 1, "expected 0 to 86400 seconds");
    if (!lua_isyieldable(lua)) return luaL_error(lua, "cannot sleep inside this function");
    auto& program = *self(lua);
    program.handed_back_ = true;
    program.due_ = steady::now() + std::chrono::microseconds{static_cast<long long>(seconds * 1e6)};
    lua_settop(lua, 0);
    return lua_yield(lua, 0);
  }

  // Lua runs no hook inside a finaliser, so a long one would keep the others waiting.
  static auto setmetatable(lua_State* lua) -> int {
    if (lua_istable(lua, 2)) {
      lua_pushliteral(lua, "__gc");
      if (lua_rawget(lua, 2) != LUA_TNIL) return luaL_error(lua, "__gc is not available here");
      lua_pop(lua, 1);
    }
    int const count = lua_gettop(lua);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, 1);
    return 1;
  }

  // os.date and os.time, whose functions of the C library take a lock that they share with the whole process.
  static auto with_the_clocks_lock(lua_State* lua) -> int {
    // So that they do not stay there: no code of the program's, and no text that takes long.
    bool const has_code = lua_istable(lua, 1) && lua_getmetatable(lua, 1) != 0;
    luaL_argcheck(lua, !has_code, 1, "expected a table without a metatable");
    luaL_argcheck(lua, lua_type(lua, 1) != LUA_TSTRING || lua_rawlen(lua, 1) <= 1000, 1,
                  "expected at most 1000 characters");
    auto& call = self(lua)->call_;
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    call.hold();
    int const status = lua_pcall(lua, lua_gettop(lua) - 1, LUA_MULTRET, 0);
    call.let_go();
    return status == LUA_OK ? lua_gettop(lua) : lua_error(lua);
  }

  // load: text only, since a crafted binary chunk can crash the interpreter.
  static auto load(lua_State* lua) -> int {
    bool const own_globals = lua_gettop(lua) < 4;
    lua_settop(lua, 4);
    lua_pushliteral(lua, "t");
    lua_replace(lua, 3);
    if (own_globals) lua_settop(lua, 3);
    int const count = lua_gettop(lua);
    lua_pushvalue(lua, lua_upvalueindex(1));
    lua_insert(lua, 1);
    lua_call(lua, count, LUA_MULTRET);
    return lua_gettop(lua);
  }

  // coroutine.resume and coroutine.wrap, as Lua's own, except that a yield which the hook or sleep made
  // inside a coroutine is passed on outwards until it reaches the host, and the way back in is kept.
  enum resume_kind : lua_KContext { plain, wrapped };

  static auto inner(lua_State* lua, lua_KContext kind) -> lua_State* {
    auto* const thread =
        kind == plain ? lua_tothread(lua, 1) : lua_tothread(lua, lua_upvalueindex(1));
    if (thread == nullptr) luaL_typeerror(lua, 1, "coroutine");
    return thread;
  }

  static auto resume(lua_State* lua) -> int {
    auto* const thread = inner(lua, plain);
    return first_resume(lua, thread, lua_gettop(lua) - 1, plain);
  }

  static auto wrap_call(lua_State* lua) -> int {
    return first_resume(lua, inner(lua, wrapped), lua_gettop(lua), wrapped);
  }

  static auto wrap(lua_State* lua) -> int {
    luaL_checktype(lua, 1, LUA_TFUNCTION);
    auto* const thread = lua_newthread(lua);
    lua_pushvalue(lua, 1);
    lua_xmove(lua, thread, 1);
    lua_pushcclosure(lua, &wrap_call, 1);
    return 1;
  }

  static auto first_resume(lua_State* lua, lua_State* thread, int arguments, resume_kind kind)
      -> int {
    if (!lua_checkstack(thread, arguments)) {
      if (kind == wrapped) return luaL_error(lua, "too many arguments to resume");
      lua_pushboolean(lua, 0);
      lua_pushliteral(lua, "too many arguments to resume");
      return 2;
    }
    lua_xmove(lua, thread, arguments);
    return go_on(lua, thread, arguments, kind);
  }

  static auto resume_again(lua_State* lua, int, lua_KContext kind) -> int {
    return go_on(lua, inner(lua, kind), 0, static_cast<resume_kind>(kind));
  }

  static auto go_on(lua_State* lua, lua_State* thread, int arguments, resume_kind kind) -> int {
    auto& program = *self(lua);
    int results = 0;
    int status = lua_resume(thread, lua, arguments, &results);
    while (status == LUA_YIELD && program.handed_back_) {
      if (lua_isyieldable(lua)) return lua_yieldk(lua, 0, kind, &resume_again);
      program.handed_back_ = false;
      status = lua_resume(thread, lua, 0, &results);
    }

    bool const good = status == LUA_OK || status == LUA_YIELD;
    if (good && !lua_checkstack(lua, results + 1)) {
      lua_pop(thread, results);
      if (kind == wrapped) return luaL_error(lua, "too many results to resume");
      lua_pushboolean(lua, 0);
      lua_pushliteral(lua, "too many results to resume");
      return 2;
    }
    if (kind == plain) {
      lua_pushboolean(lua, good);
      lua_xmove(thread, lua, good ? results : 1);
      return 1 + (good ? results : 1);
    }
    if (good) {
      lua_xmove(thread, lua, results);
      return results;
    }
    if (auto const dead = lua_status(thread); dead != LUA_OK && dead != LUA_YIELD) {
      status = lua_resetthread(thread);
    }
    lua_xmove(thread, lua, 1);
    if (status != LUA_ERRMEM && lua_type(lua, -1) == LUA_TSTRING) {
      luaL_where(lua, 1);
      lua_insert(lua, -2);
      lua_concat(lua, 2);
    }
    return lua_error(lua);
  }

  static void forget(lua_State* lua, char const* name) {
    lua_pushnil(lua);
    lua_setfield(lua, -2, name);
  }

  // Replaces a function of the table on top by one that has the old one as its upvalue.
  static void overlay(lua_State* lua, char const* name, lua_CFunction function) {
    lua_getfield(lua, -1, name);
    lua_pushcclosure(lua, function, 1);
    lua_setfield(lua, -2, name);
  }

  static void open_libraries(lua_State* lua) {
    constexpr luaL_Reg libraries[] = {
        {LUA_GNAME, luaopen_base},       {LUA_COLIBNAME, luaopen_coroutine},
        {LUA_TABLIBNAME, luaopen_table}, {LUA_STRLIBNAME, luaopen_string},
        {LUA_MATHLIBNAME, luaopen_math}, {LUA_UTF8LIBNAME, luaopen_utf8},
        {LUA_OSLIBNAME, luaopen_os},
    };
    for (auto const& library : libraries) {
      luaL_requiref(lua, library.name, library.func, 1);
      lua_pop(lua, 1);
    }

    lua_pushglobaltable(lua);
    // They read files and standard input, and would wait there with the server.
    forget(lua, "dofile");
    forget(lua, "loadfile");
    overlay(lua, "load", &load);
    overlay(lua, "setmetatable", &setmetatable);
    constexpr luaL_Reg globals[] = {{"print", &print}, {"sleep", &sleep}, {nullptr, nullptr}};
    luaL_setfuncs(lua, globals, 0);

    lua_getfield(lua, -1, LUA_COLIBNAME);
    constexpr luaL_Reg coroutines[] = {{"resume", &resume}, {"wrap", &wrap}, {nullptr, nullptr}};
    luaL_setfuncs(lua, coroutines, 0);
    lua_pop(lua, 1);

    lua_getfield(lua, -1, LUA_OSLIBNAME);
    for (auto const* name : {"execute", "exit", "remove", "rename", "setlocale", "tmpname"}) {
      forget(lua, name);
    }
    for (auto const* name : {"date", "time"}) overlay(lua, name, &with_the_clocks_lock);
    lua_pop(lua, 2);
  }

  // Builds everything inside one protected call: each step may run out of memory.
  // Returns the thread that the program will run in.
  static auto boot(lua_State* lua) -> int {
    auto& program = *self(lua);
    open_libraries(lua);
    auto* const thread = lua_newthread(lua);
    if (load_text(thread, program.source_) != LUA_OK) {
      lua_xmove(thread, lua, 1);
      return lua_error(lua);
    }
    lua_sethook(thread, &hook, LUA_MASKCOUNT, hook_period);
    return 1;
  }

  // The part of a turn that may be ended: it leaves in the program what came of it.
  static void turn(void* of) {
    auto& program = *static_cast<demo::program*>(of);
    if (program.state_ == nullptr && !begin(program)) return;
    program.status_ = lua_resume(program.thread_, program.state_, 0, &program.results_);
    program.outcome_ = program.status_ == LUA_YIELD ? program::outcome::yielded
                       : program.status_ == LUA_OK  ? program::outcome::ended
                                                    : program::outcome::failed;
  }

  static auto begin(program& of) -> bool {
    of.outcome_ = program::outcome::no_memory;
    auto* const lua = lua_newstate(&allocate, &of);
    if (lua == nullptr) return false;
    of.state_ = lua;
    lua_atpanic(lua, &panic);
    self(lua) = &of;
    lua_pushcfunction(lua, &boot);
    of.outcome_ = program::outcome::no_start;
    of.status_ = lua_pcall(lua, 0, 1, 0);
    if (of.status_ != LUA_OK) return false;
    of.thread_ = lua_tothread(lua, -1);
    return true;
  }

  static auto load_text(lua_State* lua, script const& source) -> int {
    auto const* text = source.text.data();
    auto size = source.text.size();
    // A first line such as "#!/usr/bin/lua" is no Lua; its end of line stays, so that lines count right.
    if (size > 0 && *text == '#') {
      auto const end = source.text.find('\n');
      auto const skipped = end == std::string::npos ? size : end;
      text += skipped;
      size -= skipped;
    }
    // "=" makes Lua quote the name as it stands.
    lua_pushfstring(lua, "=%s", source.name.c_str());
    int const status = luaL_loadbufferx(lua, text, size, lua_tostring(lua, -1), "t");
    lua_remove(lua, -2);
    return status;
  }

  // "name:line" of the innermost Lua function that `thread` is in; empty when it is in none.
  static auto position(lua_State* thread) -> std::string {
    lua_Debug where{};
    for (int level = 0; lua_getstack(thread, level, &where) == 1; ++level) {
      lua_getinfo(thread, "Sl", &where);
      if (where.currentline > 0) {
        return std::string{where.short_src} + ":" + std::to_string(where.currentline);
      }
    }
    return {};
  }

  // Nobody would catch an error here, so a number is not made into a text by Lua, which takes memory.
  static auto message(lua_State* lua) -> std::string {
    if (lua_isinteger(lua, -1) != 0) return std::to_string(lua_tointeger(lua, -1));
    if (lua_type(lua, -1) == LUA_TNUMBER) return std::to_string(lua_tonumber(lua, -1));
    if (lua_type(lua, -1) == LUA_TSTRING) return lua_tostring(lua, -1);
    return std::string{"an error value that is a "} + luaL_typename(lua, -1);
  }

  static auto message(lua_State* lua, int status, gc_heap const& heap) -> std::string {
    auto text = message(lua);
    if (status == LUA_ERRMEM) {
      text += " (the GC heap may hold " + std::to_string(heap.limit() >> 20) +
              " MiB; --heap-limit changes that)";
    }
    return text;
  }
};

program::program(script source, gc_heap& heap, breakable_call& call)
    : source_{std::move(source)}, heap_{heap}, call_{call}, memory_{heap} {}

program::~program() = default;

auto program::check() -> std::string {
  heap_share aside{heap_};
  auto* const lua = lua_newstate(&lua_side::allocate_aside, &aside);
  if (lua == nullptr) return "there is not enough memory to start Lua";
  lua_atpanic(lua, &lua_side::panic);
  auto const load = [](lua_State* with) -> int {
    auto const& source = *static_cast<script const*>(lua_touserdata(with, 1));
    return lua_side::load_text(with, source) == LUA_OK ? 0 : lua_error(with);
  };
  lua_pushcfunction(lua, load);
  lua_pushlightuserdata(lua, &source_);
  if (lua_pcall(lua, 1, 0, 0) == LUA_OK) return {};
  return lua_side::message(lua);
}

void program::run(steady::time_point now, std::chrono::microseconds slice) {
  due_ = now;
  if (ended_) drop();
  ended_ = handed_back_ = false;
  overdue_line_ = 0;
  slice_end_ = now + slice;
  heap_.begin_turn();
  bool const is_whole = call_.run(&lua_side::turn, this);
  heap_.end_turn();
  if (!is_whole) {
    // Nothing runs any more, and what is left goes with the process.
    if (call_.is_closed()) return;
    auto const where = overdue_line_ > 0 ? std::string{overdue_source_.data()} + ":" +
                                               std::to_string(overdue_line_) + ": "
                                         : std::string{};
    return fail(where +
                "it did not give control back in time (--time-limit sets how long it may take)");
  }
  switch (outcome_) {
    case outcome::none: break;
    case outcome::no_memory: return fail("there is not enough memory to start it");
    case outcome::no_start: return fail(lua_side::message(state_, status_, heap_));
    case outcome::yielded:
      // The hook, sleep, or a coroutine.yield outside of any coroutine, which hands over nothing.
      lua_pop(thread_, results_);
      break;
    case outcome::ended:
      ended_ = true;
      due_ = steady::now() + rest;
      break;
    case outcome::failed: {
      auto why = lua_side::message(thread_, status_, heap_);
      if (auto const where = lua_side::position(thread_);
          !where.empty() && !why.starts_with(where + ":")) {
        why = where + ": " + why;
      }
      return fail(why);
    }
  }
}

void program::fail(std::string const& why) {
  print_line(STDERR_FILENO, "demo", "script " + source_.name + " stopped: " + why);
  drop();
  due_ = steady::time_point::max();
}

// Not lua_close: it walks through everything, and calls what a program left open.
void program::drop() noexcept {
  state_ = thread_ = nullptr;
  // It may take long, and who closes the call ends the process.
  while (!call_.is_closed() && !memory_.release_part()) {
  }
}

}  // namespace demo
