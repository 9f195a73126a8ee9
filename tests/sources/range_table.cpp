// SPDX-License-Identifier: MIT
#include <memscape/sources/range_table.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <doctest/doctest.h>
#include <memscape/core/address_range.hpp>
#include <vector>

#include "sources/crew.hpp"

namespace {

using memscape::address_range;
using memscape::range_table;

template <class Table>
auto listed(Table const& table) -> std::vector<address_range> {
  std::vector<address_range> all;
  table.ranges([&](address_range one) noexcept { all.push_back(one); });
  return all;
}

TEST_CASE("range_table: lists what was added and not removed") {
  range_table<3> table;
  std::array<char, 100> memory{};
  CHECK(listed(table).empty());
  CHECK(table.add(memory.data(), 10));
  CHECK(table.add(memory.data() + 10, 20));
  CHECK(listed(table) == std::vector<address_range>{{memory.data(), 10}, {memory.data() + 10, 20}});
  CHECK(table.remove(memory.data()));
  CHECK(listed(table) == std::vector<address_range>{{memory.data() + 10, 20}});
  CHECK(table.add(memory.data(), 5));
  CHECK(table.remove(memory.data() + 10));
  CHECK(listed(table) == std::vector<address_range>{{memory.data(), 5}});
}

TEST_CASE("range_table: is full at its capacity, and has place again behind a remove") {
  range_table<2> table;
  std::array<char, 4> memory{};
  CHECK(table.add(&memory[0], 1));
  CHECK(table.add(&memory[1], 1));
  CHECK_FALSE(table.add(&memory[2], 1));
  CHECK(listed(table).size() == 2);
  CHECK_FALSE(table.remove(&memory[2]));
  CHECK(table.remove(&memory[0]));
  CHECK(table.add(&memory[3], 1));
  CHECK(listed(table) == std::vector<address_range>{{&memory[3], 1}, {&memory[1], 1}});
}

TEST_CASE("range_table: four threads add and remove, and none loses a piece") {
  constexpr std::size_t threads = 4;
  range_table<threads> table;
  std::array<std::array<char, 64>, threads> memory{};
  std::atomic<bool> found{true};
  test_support::while_working<threads>(
      [&](std::size_t thread) {
        for (std::size_t i = 0; i < 5000; ++i) {
          auto const* const begin = &memory[thread][i % 64];
          if (!table.add(begin, 1) || !table.remove(begin)) found = false;
        }
      },
      [] {});
  CHECK(found);
  CHECK(listed(table).empty());
}

TEST_CASE("range_table: who reads while a piece makes place for another sees one of them whole") {
  range_table<1> table;
  std::array<char, 2> const memory{};
  std::atomic<int> seen{0};
  bool whole = true;
  test_support::while_working<1>(
      [&](std::size_t) {
        for (std::size_t i = 0; seen < 300'000; i ^= 1U) {
          // The size says whose it is.
          if (!table.add(&memory[i], i + 1) || !table.remove(&memory[i])) std::abort();
        }
      },
      [&] {
        table.ranges([&](address_range one) noexcept {
          whole = whole && static_cast<char const*>(one.begin) - memory.data() + 1 ==
                               static_cast<std::ptrdiff_t>(one.size);
          ++seen;
        });
      });
  CHECK(whole);
}

}  // namespace
