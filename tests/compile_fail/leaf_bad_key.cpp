// SPDX-License-Identifier: MIT
// expect: memscape: write this leaf's key in the form [a-z][a-z0-9_]*: it is a JSON member name and a metric label.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
auto heap = memscape::leaf<"gc_heap", "GC Heap">(heap_source{});
#else
auto heap = memscape::leaf<"GC Heap">(heap_source{});
#endif
