// SPDX-License-Identifier: MIT
// expect: memscape: mark this source's ranges(visit) noexcept: a ledger cannot stop half way.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
#ifdef MEMSCAPE_PASSING_TWIN
  void ranges(Visit visit) const noexcept {
#else
  void ranges(Visit visit) const {
#endif
    visit(memscape::address_range{});
  }
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
