// SPDX-License-Identifier: MIT
// expect: memscape: give this source a member function `auto sample() const noexcept -> memscape::usage`.
#include <memscape/memscape.hpp>

struct heap_source {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
#else
  [[nodiscard]] auto usage() const noexcept -> memscape::usage { return {}; }
#endif
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
