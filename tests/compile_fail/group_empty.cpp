// SPDX-License-Identifier: MIT
// expect: memscape: put at least one leaf<...>() or group<...>() into this group: its value is the sum of its children.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

void use() {
#ifdef MEMSCAPE_PASSING_TWIN
  static_cast<void>(memscape::group<"heap", "Heap">(memscape::leaf<"small">(heap_source{})));
#else
  static_cast<void>(memscape::group<"heap", "Heap">());
#endif
}
