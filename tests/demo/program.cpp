// SPDX-License-Identifier: MIT
#include "program.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>

#include "programs.hpp"

namespace {

using namespace std::chrono_literals;

// Runs one program, slice by slice and without waiting: time passes by argument where it can.
struct host {
  demo::gc_heap heap{64 << 20};
  demo::breakable_call call;
  demo::program program;

  explicit host(std::string text)
      : program{{.name = "test.lua", .text = std::move(text)}, heap, call} {}

  void run(std::chrono::microseconds slice = 100us) { program.run(demo::steady::now(), slice); }

  // Until it has ended, which lays it to rest for seconds, or failed.
  auto run_to_end(int slices = 100000) -> bool {
    while (slices-- > 0) {
      run();
      if (program.failed()) return false;
      if (program.due() > demo::steady::now() + 2s) return true;
    }
    return false;
  }
};

}  // namespace

TEST_CASE("a program runs to its end, and its memory is there until it runs again") {
  host host{"kept = string.rep('x', 1 << 20)"};
  CHECK(host.program.check().empty());
  CHECK(host.heap.used() == 0);
  REQUIRE(host.run_to_end());
  CHECK(host.heap.malloc().used() > 1 << 20);
}

TEST_CASE("every run starts from nothing") {
  host host{"assert(seen == nil, 'seen') seen = true"};
  REQUIRE(host.run_to_end());
  REQUIRE(host.run_to_end());
  CHECK_FALSE(host.program.failed());
}

TEST_CASE("what never ends gives the thread back all the same") {
  for (auto const* text : {
           "while true do end",
           "while true do pcall(error) end",
           "pcall(function() while true do end end)",
           "coroutine.wrap(function() while true do end end)()",
           "local co = coroutine.create(function() coroutine.wrap(function() while true do end "
           "end)() "
           "end) while true do coroutine.resume(co) end",
           "do local x <close> = setmetatable({}, { __close = function() while true do end end }) "
           "end",
           "for x in coroutine.wrap(function() while true do coroutine.yield(1) end end) do end",
           "setmetatable({}, { __index = function() while true do end end }).x = nil "
           "local t = setmetatable({}, { __index = function() while true do end end }) t = t.x",
       }) {
    CAPTURE(text);
    host host{text};
    for (int i = 0; i < 20; ++i) host.run();
    CHECK_FALSE(host.program.failed());
  }
}

TEST_CASE("being interrupted changes nothing that a program can see") {
  // Coroutines three deep, with values both ways and errors; each hop is cut into slices.
  host host{R"(
    local function spin() for _ = 1, 3000 do end end
    local function leaf(a)
      for i = 1, 20 do spin() a = a + coroutine.yield(a, i) end
      return 'done', a
    end
    local function middle(a)
      local inner = coroutine.wrap(leaf)
      local sum, i = inner(a)
      while sum ~= 'done' do
        spin()
        sum, i = inner((coroutine.yield(sum)))
      end
      return i
    end
    local co = coroutine.create(middle)
    local ok, value = coroutine.resume(co, 1)
    local seen = 0
    while coroutine.status(co) ~= 'dead' do
      spin()
      seen = seen + 1
      ok, value = coroutine.resume(co, 2)
      assert(ok, value)
    end
    assert(seen == 20, seen)
    assert(value == 41, value)
    assert(select('#', coroutine.resume(co)) == 2 and not coroutine.resume(co))

    local failing = coroutine.create(function() spin() error({ code = 7 }) end)
    local good, why = coroutine.resume(failing)
    assert(good == false and why.code == 7)
    good, why = pcall(coroutine.wrap(function() spin() error('text') end))
    assert(good == false and why:find('text') and why:find('test.lua:'), why)
    good, why = pcall(function() spin() local x = nil; return x.y end)
    assert(good == false and why:find('test.lua:'), why)

    local numbers = {}
    for i = 1, 2000 do numbers[i] = i * 7919 % 2003 end
    table.sort(numbers, function(a, b) return a < b end)
    for i = 2, #numbers do assert(numbers[i - 1] < numbers[i]) end
  )"};
  CHECK(host.run_to_end());
}

TEST_CASE("sleep gives the thread back at once, from any depth") {
  host host{"coroutine.wrap(function() sleep(30) end)() error('too early')"};
  host.run(1h);
  CHECK_FALSE(host.program.failed());
  CHECK(host.program.due() > demo::steady::now() + 20s);
  demo::gc_heap heap{1 << 20};
  demo::breakable_call call;
  for (auto const* bad : {"sleep()", "sleep(-1)", "sleep(0/0)", "sleep(1e9)", "sleep('x')",
                          "table.sort({1, 2}, function() sleep(1) end)"}) {
    CAPTURE(bad);
    demo::program program{{.name = "bad.lua", .text = bad}, heap, call};
    program.run(demo::steady::now(), 1h);
    CHECK(program.failed());
  }
}

TEST_CASE("an error ends the program and frees all it had") {
  for (auto const* text :
       {"local t = {} for i = 1, 1000 do t[i] = {} end error('so it goes')", "error()", "error({})",
        "error(setmetatable({}, { __tostring = function() error('again') end }))",
        "local x = nil + 1", "local function f() return f() + 1 end f()",
        "string.rep('x', 1 << 40)", "local t = {} for i = 1, 1 << 40 do t[i] = { i } end",
        "local s = 'x' while true do s = s .. s end", "coroutine.close(coroutine.running())",
        "os.exit()", "io.read()", "require('x')", "dofile('x')", "debug.sethook()",
        "setmetatable({}, { __gc = function() while true do end end })",
        "assert(load(string.dump(function() end)))",
        "assert(load(string.dump(function() end), 'x', 'b'))"}) {
    CAPTURE(text);
    host host{text};
    CHECK_FALSE(host.run_to_end());
    CHECK(host.program.failed());
    CHECK(host.heap.used() == 0);
  }
}

TEST_CASE("load keeps its other arguments") {
  host host{R"(
    assert(load('return 1')() == 1)
    assert(load('return x', 'name', 't', { x = 5 })() == 5)
    assert(select('#', load('return ...')(1, nil)) == 2)
    local f, why = load('x =', '=chunk')
    assert(f == nil and why:find('chunk:1'), why)
    assert(load('return x', 'name', 't', nil)  ~= nil)
    assert(not pcall(load('return x', 'name', 't', nil)))
    local part = 0
    assert(load(function() part = part + 1 return ({ 'return ', '3' })[part] end)() == 3)
    local t = setmetatable({}, { __index = { a = 1 }, __metatable = 'locked' })
    assert(t.a == 1 and not pcall(setmetatable, t, {}) and setmetatable({}, nil))
  )"};
  CHECK(host.run_to_end());
}

TEST_CASE("a text that does not compile is reported with its line") {
  demo::gc_heap heap{1 << 20};
  demo::breakable_call call;
  demo::program const good{{.name = "good.lua", .text = "#!/usr/bin/lua\nlocal x = 1"}, heap, call};
  demo::program broken{{.name = "broken.lua", .text = "#!/usr/bin/lua\nlocal x ="}, heap, call};
  CHECK(broken.check().find("broken.lua:2:") == 0);
  demo::program binary{{.name = "binary.lua", .text = "\x1bLua"}, heap, call};
  CHECK_FALSE(binary.check().empty());
  demo::programs all{heap};
  CHECK_THROWS_AS(all.add({.name = "broken.lua", .text = "x ="}), std::runtime_error);
  CHECK(heap.used() == 0);
}

TEST_CASE("a heap too small for Lua is an error and not a crash, wherever memory ends") {
  for (std::size_t limit = 0; limit < 60000; limit += 1511) {
    CAPTURE(limit);
    demo::gc_heap heap{limit};
    demo::breakable_call call;
    demo::program program{
        {.name = "small.lua", .text = "local t = {} while true do t[#t + 1] = {} end"}, heap, call};
    (void)program.check();
    for (int i = 0; i < 1000 && !program.failed(); ++i) program.run(demo::steady::now(), 1ms);
    REQUIRE(program.failed());
    REQUIRE(heap.used() == 0);
  }
}

TEST_CASE("programs take turns, and one that fails leaves the others alone") {
  demo::gc_heap heap{16 << 20};
  demo::programs all{heap};
  CHECK(all.due() == demo::steady::time_point::max());
  all.add({.name = "first.lua", .text = "while true do end"});
  all.add({.name = "second.lua", .text = "error('no')"});
  all.add({.name = "third.lua", .text = "big = string.rep('x', 1 << 20) while true do end"});
  for (int i = 0; i < 6; ++i) all.run_one(demo::steady::now());
  CHECK(heap.malloc().used() > 1 << 20);
  CHECK(all.due() < demo::steady::time_point::max());
}
