// SPDX-License-Identifier: MIT
// expect: memscape: pass only leaf<...>() and group<...>() behind the reader: wrap a source as leaf<"key", "Label">(source).
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void use() {
#ifdef MEMSCAPE_PASSING_TWIN
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{})};
#else
  memscape::registry memory{memscape::native_reader{}, heap_source{}};
#endif
  static_cast<void>(memory.collect());
}
