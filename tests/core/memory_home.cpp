// SPDX-License-Identifier: MIT
#include <memscape/core/memory_home.hpp>

#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <vector>

namespace {

using memscape::address_range;
using memscape::memory_home;
using memscape::usage;

struct silent {
  [[nodiscard]] constexpr auto sample() const noexcept -> usage {
    return {.used = memscape::bytes{1}};
  }
};
struct of_malloc : silent {
  static constexpr auto lies_in = memory_home::malloc;
};
static_assert(memscape::says_home<of_malloc>);
static_assert(!memscape::says_home<silent>);
// Another's member of that name is not taken for it.
struct elsewhere : silent {
  static constexpr bool lies_in = true;
};
static_assert(!memscape::says_home<elsewhere>);

TEST_CASE(
    "memory_home: a registry tells it of each source that says it, by the index of its node") {
  memscape::registry memory{
      memscape::fixed_reader{memscape::process_memory{}}, memscape::leaf<"a", "A">(silent{}),
      memscape::group<"g", "G">(memscape::leaf<"b", "B">(silent{}),
                                memscape::leaf<"c", "C">(of_malloc{})),
      memscape::leaf<"d", "D">(of_malloc{}), memscape::leaf<"e", "E">(elsewhere{})};
  std::vector<std::size_t> told;
  memory.homes([&told](std::size_t index, memory_home home) noexcept {
    CHECK(home == memory_home::malloc);
    told.push_back(index);
  });
  CHECK(told == std::vector<std::size_t>{3, 4});
}

}  // namespace
