// SPDX-License-Identifier: MIT
#include <concepts>
#include <cstdint>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/quantity.hpp>

namespace {

struct apple;
struct pear;
using apples = memscape::quantity<apple>;
using pears = memscape::quantity<pear>;

constexpr auto largest = UINT64_MAX;

TEST_CASE("quantity: the default is nothing") {
  constexpr auto test = [] { return apples{}.value() == 0 && apples{} == apples{0}; };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("quantity: a sum adds up, and stops at the end of the range") {
  constexpr auto test = [] {
    return apples{2} + apples{3} == apples{5}                     //
           && apples{largest - 1} + apples{1} == apples::max()    // just fits
           && apples{largest} + apples{0} == apples::max()        //
           && apples{0} + apples{largest} == apples::max()        //
           && apples{largest} + apples{1} == apples::max()        // one too many
           && apples{1} + apples{largest} == apples::max()        //
           && apples{largest} + apples{largest} == apples::max()  //
           && apples::max().value() == largest;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("quantity: a difference stops at zero") {
  constexpr auto test = [] {
    return apples{5} - apples{3} == apples{2}                //
           && apples{3} - apples{3} == apples{}              //
           && apples{3} - apples{4} == apples{}              //
           && apples{0} - apples{largest} == apples{}        //
           && apples{largest} - apples{largest} == apples{}  //
           && apples{largest} - apples{0} == apples{largest};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("quantity: a multiple stops at the end of the range") {
  constexpr auto test = [] {
    return apples{6} * 7 == apples{42} && 7 * apples{6} == apples{42}  //
           && apples{largest} * 0 == apples{}                          //
           && apples{0} * largest == apples{}                          //
           && apples{largest} * 1 == apples::max()                     //
           && apples{largest / 2} * 2 == apples{largest - 1}           // just fits
           && apples{largest / 2 + 1} * 2 == apples::max()             // one too many
           && apples{1ULL << 32U} * (1ULL << 32U) == apples::max()     // wraps to 0 unchecked
           && apples{largest} * largest == apples::max();
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("quantity: the compound forms change their left side and return it") {
  constexpr auto test = [] {
    apples basket{10};
    bool const same = &(basket += apples{5}) == &basket && &(basket -= apples{3}) == &basket &&
                      &(basket *= 2) == &basket;
    return same && basket == apples{24};
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("quantity: amounts are ordered by value") {
  constexpr auto test = [] {
    return apples{1} < apples{2} && apples{2} > apples{1} && apples{2} <= apples{2} &&
           apples{1} != apples{2} && apples{largest} > apples{largest / 2};
  };
  static_assert(test());
  CHECK(test());
}

template <class A, class B>
concept mixes = requires(A a, B b) { a + b; } || requires(A a, B b) { a - b; } ||
                requires(A a, B b) { a += b; } || requires(A a, B b) { a -= b; } ||
                requires(A a, B b) { a == b; } || requires(A a, B b) { a < b; } ||
                requires(A a, B b) { a = b; };

static_assert(mixes<apples, apples>);
static_assert(!mixes<apples, pears>, "units do not mix");
static_assert(!mixes<apples, std::uint64_t> && !mixes<std::uint64_t, apples>,
              "a plain number has no unit");
static_assert(!std::convertible_to<std::uint64_t, apples>, "the unit is always written");
static_assert(!std::convertible_to<apples, std::uint64_t>, "value() is always written");
static_assert(!std::constructible_from<apples, pears>);

template <class A, class B>
concept multiplies = requires(A a, B b) { a* b; };

static_assert(multiplies<apples, int> && multiplies<int, apples>);
static_assert(!multiplies<apples, apples>, "there are no square bytes");

static_assert(std::is_trivially_copyable_v<apples> && std::is_standard_layout_v<apples>);
static_assert(sizeof(apples) == sizeof(std::uint64_t));
static_assert(noexcept(apples{1} + apples{2}) && noexcept(apples{1} * 2));

}  // namespace
