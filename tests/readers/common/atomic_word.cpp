// SPDX-License-Identifier: MIT
#include <memscape/readers/common/atomic_word.hpp>

#include <array>
#include <cstdint>
#include <doctest/doctest.h>
#include <thread>
#include <type_traits>

namespace {

using memscape::atomic_word;

// The kernel wipes pages that hold one, and a wiped one must be a new one.
static_assert(sizeof(atomic_word) == 8 && std::is_standard_layout_v<atomic_word>);
static_assert(std::is_trivially_destructible_v<atomic_word>);

TEST_CASE("atomic_word: holds 64 bits") {
  atomic_word word;
  CHECK(word.load() == 0);
  word.store(UINT64_MAX);
  CHECK(word.load() == UINT64_MAX);
  CHECK(atomic_word{7}.load() == 7);
}

TEST_CASE("atomic_word: exchange and addition tell what was there before") {
  atomic_word word{5};
  CHECK(word.exchange(6) == 5);
  CHECK(word.fetch_add(4) == 6);
  CHECK(word.load() == 10);
}

TEST_CASE("atomic_word: replaces what is expected, and nothing else") {
  atomic_word word{1};
  CHECK_FALSE(word.replace(2, 3));
  CHECK(word.load() == 1);
  CHECK(word.replace(1, 3));
  CHECK(word.load() == 3);
}

TEST_CASE("atomic_word: no addition of several threads is lost, and one alone replaces") {
  atomic_word sum;
  atomic_word once;
  atomic_word winners;
  std::array<std::thread, 4> threads;
  for (auto& thread : threads) {
    thread = std::thread{[&] {
      for (int i = 0; i < 10000; ++i) sum.fetch_add(1);
      if (once.replace(0, 1)) winners.fetch_add(1);
    }};
  }
  for (auto& thread : threads) thread.join();
  CHECK(sum.load() == 40000);
  CHECK(winners.load() == 1);
}

}  // namespace
