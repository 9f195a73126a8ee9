// SPDX-License-Identifier: MIT
// expect: memscape: this tree has more than 512 nodes, groups counted: give a leaf the sum of several sources, or split the tree into two registries.
#include <cstddef>
#include <memscape/memscape.hpp>
#include <utility>

using memscape::fixed_string;
using memscape::group;
using memscape::leaf;

struct no_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {.used = memscape::bytes{1}}; }
};

template <std::size_t Number>
consteval auto name() {
  char text[5] = "n000";
  text[1] = static_cast<char>('0' + Number / 100);
  text[2] = static_cast<char>('0' + Number / 10 % 10);
  text[3] = static_cast<char>('0' + Number % 10);
  return fixed_string<4>{text};
}

template <std::size_t First, std::size_t... Index>
auto leaves(std::index_sequence<Index...>) {
  return group<name<First>()>(leaf<name<First + 1 + Index>()>(no_source{})...);
}

auto const tree = memscape::registry{
    memscape::native_reader{}, leaves<0>(std::make_index_sequence<200>{}),
    leaves<201>(std::make_index_sequence<200>{}), leaves<402>(std::make_index_sequence<109>{})
#ifndef MEMSCAPE_PASSING_TWIN
        ,
    leaf<"one_more">(no_source{})
#endif
};
static_assert(decltype(tree)::layout::size >= 512 && decltype(tree)::layout::index_of("n511") == 511);
