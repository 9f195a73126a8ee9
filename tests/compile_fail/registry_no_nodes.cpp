// SPDX-License-Identifier: MIT
// expect: memscape: list at least one leaf<...>() or group<...>() behind the reader.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void use() {
#ifdef MEMSCAPE_PASSING_TWIN
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{})};
#else
  memscape::registry memory{memscape::native_reader{}};
#endif
  static_cast<void>(memory.collect());
}
