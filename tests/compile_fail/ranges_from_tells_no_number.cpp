// SPDX-License-Identifier: MIT
// expect: memscape: let this source's ranges(visit, from) return std::size_t: the number of the range at which visit answered false.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
#ifdef MEMSCAPE_PASSING_TWIN
  auto ranges(Visit visit, std::size_t from) const noexcept -> std::size_t {
    return from == 0 && visit(memscape::address_range{}) ? 1 : from;
  }
#else
  void ranges(Visit visit, std::size_t from) const noexcept {
    if (from == 0) (void)visit(memscape::address_range{});
  }
#endif
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
