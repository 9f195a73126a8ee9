// SPDX-License-Identifier: MIT
// expect: memscape: pass only leaf<...>() and group<...>() to a group: wrap a source as leaf<"key", "Label">(source).
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
auto heap = memscape::group<"heap", "Heap">(memscape::leaf<"small">(heap_source{}));
#else
auto heap = memscape::group<"heap", "Heap">(memscape::leaf<"small">(heap_source{}), 7);
#endif
