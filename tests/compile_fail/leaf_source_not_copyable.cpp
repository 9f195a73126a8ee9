// SPDX-License-Identifier: MIT
// expect: memscape: make this source copyable: give it a pointer to its allocator instead of the allocator itself.
#include <memscape/memscape.hpp>

struct heap {
  heap() = default;
  heap(heap&&) = default;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};
struct heap_source {
  heap const* allocator;
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return allocator->sample(); }
};

heap const the_heap;
#ifdef MEMSCAPE_PASSING_TWIN
auto node = memscape::leaf<"heap", "Heap">(heap_source{&the_heap});
#else
auto node = memscape::leaf<"heap", "Heap">(heap{});
#endif
