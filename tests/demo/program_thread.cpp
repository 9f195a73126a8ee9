// SPDX-License-Identifier: MIT
#include "program_thread.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>

#include "runtime.hpp"

namespace {

using namespace std::chrono_literals;

// Programs on their thread, watched by a clock that the test turns: what is stuck is over its limit at once.
struct host {
  demo::gc_heap heap{64 << 20};
  demo::programs all{heap};
  demo::program_thread thread{all, 1000ms};
  demo::steady::time_point now = demo::steady::now();

  explicit host(std::string text) { all.add({.name = "test.lua", .text = std::move(text)}); }

  auto used() -> std::size_t {
    auto const lock = heap.look();
    return heap.used();
  }

  // Once the program is where it stays: it then holds this much.
  void wait_for(std::size_t memory) {
    while (used() < memory) std::this_thread::yield();
  }

  void end_what_is_stuck() {
    while (used() > 0) {
      thread.check(now);
      now += demo::watchdog::tick;
      std::this_thread::yield();
    }
  }
};

constexpr std::size_t mebibyte = 1 << 20;

}  // namespace

TEST_CASE("program_thread: what never gives control back is stopped, and its memory is free") {
  for (
      auto const* text : {
          "xpcall(error, function() while true do end end)",
          "xpcall(error, function() while true do pcall(error) end end)",
          "xpcall(error, function() while true do coroutine.wrap(function() end)() end end)",
          "coroutine.wrap(function() xpcall(error, function() while true do end end) end)()",
          "xpcall(error, function() xpcall(error, function() while true do end end) end)",
          "xpcall(error, function() while true do local t = {} for i = 1, 9 do t[i] = {} end end "
          "end)",
          "xpcall(error, function() while true do local s = ('x'):rep(5000) end end)",
          "xpcall(error, function() while true do os.date() os.time({year=2000,month=1,day=1}) end "
          "end)",
          "xpcall(error, function() while true do print('x') end end)",
          "table.sort({1, 2, 3}, function() while true do end end)",
          "table.sort({1, 2, 3}, function() while true do pcall(function() while true do end end) "
          "end end)",
          "string.gsub('x', 'x', function() while true do end end)",
          "table.sort({1, 2, 3}, function() coroutine.wrap(function() while true do end end)() "
          "end)",
          "table.sort({1, 2, 3}, function() local co = coroutine.create(function() while true do "
          "end "
          "end) while true do coroutine.resume(co) end end)",
          "load(function() while true do end end)",
          "string.find(('a'):rep(5000), ('a*'):rep(60) .. 'b')",
          "string.gsub(('a'):rep(5000), ('a-'):rep(60) .. 'b', '')",
          "for _ in string.gmatch(('a'):rep(5000), ('a?'):rep(60) .. ('a*'):rep(60) .. 'b') do end",
          "table.move({}, 1, math.maxinteger - 1, 2)",
          "table.insert(setmetatable({}, {__len = function() return math.maxinteger - 1 end}), 1, "
          "1)",
          "table.remove(setmetatable({}, {__len = function() return math.maxinteger - 1 end}), 1)",
          "table.concat(setmetatable({}, {__index = function() while true do end end}), '', 1, 2)",
          "tostring(setmetatable({}, {__tostring = function() while true do end end}))",
          "local co = coroutine.create(function() local x <close> = setmetatable({}, {__close = "
          "function() while true do end end}) coroutine.yield() end) coroutine.resume(co) "
          "coroutine.close(co)",
          "local f = function() return math.maxinteger end os.date = nil "
          "xpcall(function() local x = nil + 1 end, function() while true do f() end end)",
      }) {
    CAPTURE(text);
    host host{std::string{"kept = ('x'):rep(1 << 20) "} + text};
    host.thread.start();
    host.wait_for(mebibyte);
    host.end_what_is_stuck();
    // For good: the thread is there, and has nothing to do.
    host.thread.stop();
  }
}

TEST_CASE("program_thread: ends at once, wherever a program is") {
  for (auto const* text : {"xpcall(error, function() while true do end end)",
                           "string.find(('a'):rep(5000), ('a*'):rep(60) .. 'b')",
                           "local t = {} while true do t[#t % 1000 + 1] = {} end",
                           "while true do end", "while true do sleep(1000) end", "error('x')"}) {
    CAPTURE(text);
    host host{text};
    host.thread.start();
    // At some place; where it is does not matter.
    host.thread.stop();
    // The end of the test waits for the thread.
  }
  host never_started{"while true do end"};
  never_started.thread.check(demo::steady::now());
}

TEST_CASE("program_thread: the others go on after one that was stuck") {
  host host{"xpcall(error, function() kept = ('x'):rep(1 << 20) while true do end end)"};
  host.all.add({.name = "other.lua",
                .text = "turns = {} while true do turns[#turns + 1] = {} sleep(0) end"});
  host.thread.start();
  host.wait_for(mebibyte);
  // It is in its last call: the other one's are not shown to the watchdog.
  auto const stuck = host.all.call().number();
  while (host.all.call().number() == stuck) {
    host.thread.check(host.now);
    host.now += demo::watchdog::tick;
  }
  auto const tables = [&] {
    auto const lock = host.heap.look();
    return host.heap.lval().used_slots();
  };
  while (host.used() > mebibyte) std::this_thread::yield();
  auto const before = tables();
  while (tables() < before + 100) std::this_thread::yield();
  CHECK(host.used() > 0);
}

TEST_CASE("program_thread: a snapshot of a heap in use is of one instant") {
  demo::runtime memory{64 << 20, 4};
  demo::programs all{memory.heap};
  all.add({.name = "busy.lua",
           .text = "while true do local t = {} for i = 1, 500 do t[i] = { {}, a = 1, b = 2, "
                   "c = 3, ('x'):rep(200 + i) } end end"});
  demo::program_thread thread{all, 60s};
  thread.start();
  auto registry = demo::make_memory(memory);
  for (int i = 0; i < 2000; ++i) {
    auto const lock = memory.heap.look();
    auto const snap = registry.collect();
    REQUIRE(snap.at<"gc_heap">().used == memscape::bytes{memory.heap.used()});
    std::size_t size = 0;
    registry.ranges([&](std::size_t, memscape::address_range range) { size += range.size; });
    CHECK(size > 0);
  }
}
