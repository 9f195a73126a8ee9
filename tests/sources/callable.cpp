// SPDX-License-Identifier: MIT
#include <memscape/sources/callable.hpp>

#include <doctest/doctest.h>
#include <memscape/core/concepts.hpp>
#include <type_traits>

namespace {

using memscape::bytes;
using memscape::callable_source;
using memscape::usage;

TEST_CASE("callable: samples by calling, with what the callable captured") {
  constexpr auto test = [] {
    auto size = 7U;
    callable_source const source{[&size]() noexcept -> usage { return {.used = bytes{size}}; }};
    bool const first = source.sample().used == bytes{7};
    size = 8;
    return first && source.sample().used == bytes{8};
  };
  static_assert(test());
  CHECK(test());
}

auto from_a_function() noexcept -> usage { return {.used = bytes{42}}; }

TEST_CASE("callable: takes a function and a function object, too") {
  struct object {
    [[nodiscard]] auto operator()() const noexcept -> usage { return {.used = bytes{3}}; }
  };
  CHECK(callable_source{&from_a_function}.sample().used == bytes{42});
  CHECK(callable_source{object{}}.sample().used == bytes{3});
}

constexpr auto nothing = []() noexcept -> usage { return {.used = bytes{}}; };
static_assert(memscape::allocator_source<callable_source<std::remove_const_t<decltype(nothing)>>>);
static_assert(std::is_empty_v<callable_source<std::remove_const_t<decltype(nothing)>>>,
              "empty classes take no room");
static_assert(memscape::calls_noexcept<decltype(nothing)>);
static_assert(!memscape::calls_noexcept<decltype([]() -> usage { return {.used = bytes{}}; })>);
static_assert(
    !memscape::calls_noexcept<decltype([](int) noexcept -> usage { return {.used = bytes{}}; })>);
static_assert(!memscape::calls_for_usage<decltype([]() noexcept { return bytes{}; })>);

}  // namespace
