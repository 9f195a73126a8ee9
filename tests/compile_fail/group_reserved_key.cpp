// SPDX-License-Identifier: MIT
// expect: memscape: give this group another key: 'untracked' and 'overcounted' are what the registry computes.
#include <memscape/memscape.hpp>

struct heap_source {
  [[nodiscard]] auto sample() const noexcept -> memscape::usage { return {}; }
};

#ifdef MEMSCAPE_PASSING_TWIN
auto heap = memscape::group<"over_counted">(memscape::leaf<"small">(heap_source{}));
#else
auto heap = memscape::group<"overcounted">(memscape::leaf<"small">(heap_source{}));
#endif
