// SPDX-License-Identifier: MIT
// expect: memscape: write this group's key in the form [a-z][a-z0-9_]*: it is a JSON member name and a metric label.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
auto heap = memscape::group<"heap_2", "Heap">(memscape::leaf<"small">(heap_source{}));
#else
auto heap = memscape::group<"2nd_heap", "Heap">(memscape::leaf<"small">(heap_source{}));
#endif
