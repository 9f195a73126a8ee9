// SPDX-License-Identifier: MIT
// expect: memscape: let this reader's read() return memscape::process_memory, or a type that derives from it.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct my_reader {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto read() noexcept -> memscape::process_memory { return {}; }
#else
  [[nodiscard]] auto read() noexcept -> memscape::bytes { return {}; }
#endif
};

void use() {
  memscape::registry memory{my_reader{}, memscape::leaf<"heap", "Heap">(heap_source{})};
  static_cast<void>(memory.collect());
}
