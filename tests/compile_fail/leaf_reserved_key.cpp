// SPDX-License-Identifier: MIT
// expect: memscape: give this leaf another key: 'untracked' and 'overcounted' are what the registry computes.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
auto heap = memscape::leaf<"tracked">(heap_source{});
#else
auto heap = memscape::leaf<"untracked">(heap_source{});
#endif
