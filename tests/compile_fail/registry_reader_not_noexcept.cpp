// SPDX-License-Identifier: MIT
// expect: memscape: mark this reader's read() noexcept: a number that cannot be read is absent, with its reason in `errors`.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct my_reader {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto read() noexcept -> memscape::process_memory { return {}; }
#else
  [[nodiscard]] auto read() -> memscape::process_memory { return {}; }
#endif
};

void use() {
  memscape::registry memory{my_reader{}, memscape::leaf<"heap", "Heap">(heap_source{})};
  static_cast<void>(memory.collect());
}
