// SPDX-License-Identifier: MIT
#include <memscape/core/steady_time.hpp>

#include <concepts>
#include <cstdint>
#include <doctest/doctest.h>

namespace {

using memscape::steady_time;

constexpr auto differences() -> bool {
  steady_time const then{5'000'000};
  return then.plus_ms(1500).ms_since(then) == 1500 && then.ms_since(then) == 0 &&
         then.ms_since(then.plus_ms(1)) == 0 && steady_time{5'999'999}.ms_since({}) == 5;
}
static_assert(differences());
TEST_CASE("steady_time: differences, and never one below 0") { CHECK(differences()); }

// A number of milliseconds since 1970 is not taken for it.
static_assert(!std::convertible_to<std::uint64_t, steady_time>);

static_assert(memscape::passed_between(3, 5) == 2 && memscape::passed_between(5, 5) == 0 &&
              memscape::passed_between(5, 3) == 0 && memscape::passed_between(UINT64_MAX, 0) == 0);

}  // namespace
