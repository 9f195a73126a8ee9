// SPDX-License-Identifier: MIT
// expect: memscape: let this callable return memscape::usage: write `[=]() noexcept -> memscape::usage { ... }`.
#include <memscape/memscape.hpp>

#ifdef MEMSCAPE_PASSING_TWIN
[[maybe_unused]] auto source =
    memscape::callable_source{[]() noexcept -> memscape::usage { return {.used = {}}; }};
#else
[[maybe_unused]] auto source =
    memscape::callable_source{[]() noexcept { return memscape::bytes{7}; }};
#endif
