// SPDX-License-Identifier: MIT
// expect: memscape: give this group a label of at most 256 bytes: compilers limit what a name may cost.
#include <cstddef>
#include <memscape/memscape.hpp>

struct no_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {.used = memscape::bytes{1}}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
constexpr std::size_t size = 256;
#else
constexpr std::size_t size = 257;
#endif
consteval auto make() {
  char text[size + 1]{};
  for (std::size_t i = 0; i < size; ++i) text[i] = 'n';
  return memscape::fixed_string<size>{text};
}
constexpr auto name = make();

auto const node = memscape::group<"all", name>(memscape::leaf<"heap">(no_source{}));
