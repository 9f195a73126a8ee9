// SPDX-License-Identifier: MIT
// expect: memscape: nest groups at most 128 levels deep, the leaves counted: put some of them side by side.
#include <cstddef>
#include <memscape/memscape.hpp>

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

template <std::size_t Levels>
auto nest() {
  if constexpr (Levels == 1) {
    return leaf<name<Levels>()>(no_source{});
  } else {
    return group<name<Levels>()>(nest<Levels - 1>());
  }
}

#ifdef MEMSCAPE_PASSING_TWIN
memscape::registry memory{memscape::native_reader{}, nest<128>()};
auto used() { return memory.collect().at<"n001">().used; }
#else
memscape::registry memory{memscape::native_reader{}, nest<129>()};
#endif
