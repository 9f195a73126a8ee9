// SPDX-License-Identifier: MIT
// expect: memscape: two nodes of this tree have the same key: keys are unique in the whole tree, so that the wire format stays flat.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void use() {
#ifdef MEMSCAPE_PASSING_TWIN
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{}),
                            memscape::group<"more">(memscape::leaf<"other">(heap_source{}))};
#else
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{}),
                            memscape::group<"more">(memscape::leaf<"heap">(heap_source{}))};
#endif
  static_cast<void>(memory.collect());
}
