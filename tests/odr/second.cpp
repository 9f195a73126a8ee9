// SPDX-License-Identifier: MIT
// Every header is in this file and in first.cpp: a function that is not inline would be defined
// twice, and this program would not link.
#include <cstdio>

#include "all.hpp"

auto version_seen_by_first() -> int const*;

auto main() -> int {
  auto number = 0;
  for (auto const included : included_alone) {
    std::printf("ok %d - %s compiles alone and twice\n", ++number, included());
  }
  auto const one = version_seen_by_first() == &memscape::version_major;
  std::printf("%s %d - every header in two translation units of one program\n",
              one ? "ok" : "not ok", ++number);
  std::printf("1..%d\n", number);
}
