// SPDX-License-Identifier: MIT
// expect: memscape: let this callable take no argument and mark it noexcept.
#include <memscape/memscape.hpp>

#ifdef MEMSCAPE_PASSING_TWIN
[[maybe_unused]] auto source =
    memscape::callable_source{[]() noexcept -> memscape::usage { return {.used = {}}; }};
#else
auto source =
    memscape::callable_source{[](int) noexcept -> memscape::usage { return {.used = {}}; }};
#endif
