// SPDX-License-Identifier: MIT
// expect: memscape: the keys and labels of this tree have more than 32768 bytes together: shorten them, or split the tree into two registries.
#include <cstddef>
#include <memscape/memscape.hpp>
#include <utility>

using memscape::fixed_string;
using memscape::leaf;

struct no_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {.used = memscape::bytes{1}}; }
};

// 256 bytes each, of which the last three tell them apart.
template <std::size_t Number>
consteval auto name() {
  char text[257]{};
  for (std::size_t i = 0; i < 256; ++i) text[i] = 'n';
  text[253] = static_cast<char>('0' + Number / 100);
  text[254] = static_cast<char>('0' + Number / 10 % 10);
  text[255] = static_cast<char>('0' + Number % 10);
  return fixed_string<256>{text};
}

template <std::size_t... Index>
auto tree_of(std::index_sequence<Index...>) {
  return memscape::registry{memscape::native_reader{}, leaf<name<Index>()>(no_source{})...};
}

#ifdef MEMSCAPE_PASSING_TWIN
auto const tree = tree_of(std::make_index_sequence<64>{});
#else
auto const tree = tree_of(std::make_index_sequence<65>{});
#endif
