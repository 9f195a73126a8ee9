// SPDX-License-Identifier: MIT
// expect: memscape: let this source's sample() return memscape::usage, as in `return {.used = memscape::bytes{n}};`.
#include <memscape/memscape.hpp>

struct heap_source {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
#else
  [[nodiscard]] auto sample() const noexcept -> memscape::bytes { return {}; }
#endif
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
