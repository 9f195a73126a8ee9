// SPDX-License-Identifier: MIT
#include <string_view>
#include <type_traits>

#include <doctest/doctest.h>

#include <memscape/core/fixed_string.hpp>

namespace {

using memscape::fixed_string;
using namespace std::literals;

template <fixed_string Text>
struct named {
  static constexpr std::string_view name = Text.view();
};

TEST_CASE("fixed_string: holds a literal without its final NUL") {
  constexpr auto test = [] {
    return named<"heap">::name == "heap" && named<"">::name.empty() && named<"">::name.size() == 0;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed_string: holds every byte there is, NUL included") {
  constexpr auto test = [] {
    return named<"a\0b">::name == "a\0b"sv && named<"\0">::name.size() == 1 &&
           named<"\xff\x80\"\\\n\x7f">::name == "\xff\x80\"\\\n\x7f"sv &&
           named<"Größe">::name == "Größe"sv;
  };
  static_assert(test());
  CHECK(test());
}

TEST_CASE("fixed_string: its size is a constant") {
  constexpr fixed_string text{"four"};
  static_assert(decltype(text)::size() == 4 && text.view().size() == 4);
  CHECK(text.view() == "four");
}

constexpr char spelt[] = {'o', 'n', 'e', '\0'};
static_assert(std::is_same_v<named<"one">, named<fixed_string{spelt}>>,
              "equal texts are one argument, wherever they lie");
static_assert(!std::is_same_v<named<"one">, named<"two">>);
static_assert(!std::is_same_v<named<"one">, named<"one\0">>, "a NUL at the end is a byte as any");
static_assert(!std::is_same_v<named<"\xc3\xa9">, named<"e">>);

TEST_CASE("fixed_string: a view of one outlives the expression that made it") {
  auto const view = [] { return named<"static">::name; }();
  CHECK(view == "static");
}

}  // namespace
