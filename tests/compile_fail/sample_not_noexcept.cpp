// SPDX-License-Identifier: MIT
// expect: memscape: mark this source's sample() noexcept: a snapshot cannot stop half way.
#include <memscape/memscape.hpp>

struct heap_source {
#ifdef MEMSCAPE_PASSING_TWIN
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
#else
  [[nodiscard]] auto sample() const -> memscape::usage { return {}; }
#endif
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
