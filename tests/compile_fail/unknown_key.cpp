// SPDX-License-Identifier: MIT
// expect: memscape: no node of this tree has that key: ask for one of the keys given to leaf<...>() and group<...>().
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

auto used_by_the_heap() -> memscape::bytes {
  memscape::registry memory{memscape::native_reader{},
                            memscape::leaf<"heap", "Heap">(heap_source{})};
#ifdef MEMSCAPE_PASSING_TWIN
  return memory.collect().at<"heap">().used;
#else
  return memory.collect().at<"heaps">().used;
#endif
}
