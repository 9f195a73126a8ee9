// SPDX-License-Identifier: MIT
// expect: memscape: pass a reader first, such as memscape::native_reader{}: a type with `auto read() noexcept -> memscape::process_memory`.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void use() {
#ifdef MEMSCAPE_PASSING_TWIN
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{})};
#else
  memscape::registry memory{memscape::leaf<"heap", "Heap">(heap_source{})};
#endif
  static_cast<void>(memory.collect());
}
