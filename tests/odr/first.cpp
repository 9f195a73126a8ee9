// SPDX-License-Identifier: MIT
#include "all.hpp"

auto version_seen_by_first() -> int const* { return &memscape::version_major; }
