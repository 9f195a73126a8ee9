// SPDX-License-Identifier: MIT
#include <cstdio>
#include <memscape/exporters/text/width.hpp>

// A digit for each code point: how many columns it takes, and in a second line whether it is not seen.
auto main() -> int {
  for (char32_t code = 0; code < 0x110000; ++code) {
    std::putchar('0' + static_cast<int>(memscape::text_width::columns_of(code)));
  }
  std::putchar('\n');
  for (char32_t code = 0; code < 0x110000; ++code) {
    std::putchar(memscape::text_width::is_invisible(code) ? '1' : '0');
  }
  std::putchar('\n');
}
