// SPDX-License-Identifier: MIT
#include <memscape/exporters/text/options.hpp>

#include <doctest/doctest.h>

namespace {

using memscape::text_options;

constexpr auto nothing_is_risked_unasked() -> bool {
  constexpr text_options how;
  return how.columns == 80 && !how.unicode && !how.colour &&
         how.columns >= text_options::least_columns;
}
static_assert(nothing_is_risked_unasked());
TEST_CASE("text_options: by default ASCII, without colours, and 80 columns") {
  CHECK(nothing_is_risked_unasked());
}

}  // namespace
