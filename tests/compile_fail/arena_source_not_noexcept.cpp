// SPDX-License-Identifier: MIT
// expect: memscape: give this arena noexcept used() and capacity(), in bytes, or describe it with callable_source.
#include <cstddef>
#include <memscape/memscape.hpp>

struct arena {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto used() const noexcept -> std::size_t { return 0; }
#else
  [[nodiscard]] auto used() const -> std::size_t { return 0; }
#endif
  [[nodiscard]] auto capacity() const noexcept -> std::size_t { return 0; }
};

arena const scratch;
auto node = memscape::leaf<"scratch", "Scratch">(memscape::arena_source{&scratch});
