// SPDX-License-Identifier: MIT
// expect: memscape: give this arena noexcept used() and capacity(), in bytes, or describe it with callable_source.
#include <cstddef>
#include <memscape/memscape.hpp>

struct arena {
  [[nodiscard]] auto used() const noexcept -> std::size_t { return 0; }
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto capacity() const noexcept -> std::size_t { return 0; }
#else
  [[nodiscard]] auto size() const noexcept -> std::size_t { return 0; }
#endif
};

arena const scratch;
auto source = memscape::arena_source{&scratch};
