// SPDX-License-Identifier: MIT
// expect: memscape: mark this source's ranges(visit, from) noexcept: a ledger cannot stop half way.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
  template <class Visit>
#ifdef MEMSCAPE_PASSING_TWIN
  auto ranges(Visit visit, std::size_t from) const noexcept -> std::size_t {
#else
  auto ranges(Visit visit, std::size_t from) const -> std::size_t {
#endif
    return from == 0 && visit(memscape::address_range{}) ? 1 : from;
  }
};

auto heap = memscape::leaf<"heap", "Heap">(heap_source{});
