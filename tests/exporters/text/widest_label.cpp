// SPDX-License-Identifier: MIT
#include <doctest/doctest.h>

#include <memscape/exporters/text/widest_label.hpp>
#include <memscape/tree/layout.hpp>

namespace {

using memscape::group_shape;
using memscape::layout;
using memscape::leaf_shape;
using memscape::widest_label;

TEST_CASE("widest_label: indentation counts, and how a label is shown") {
  using shallow = layout<leaf_shape<"a", "four">, leaf_shape<"b", "fifth">>;
  static_assert(widest_label<shallow, true> == 5 && widest_label<shallow, false> == 5);
  using nested = layout<leaf_shape<"a", "fifth">, group_shape<"g", "G", leaf_shape<"b", "four">>>;
  static_assert(widest_label<nested, true> == 7);
  using wide = layout<leaf_shape<"a", "\xE6\x97\xA5\xE6\x9C\xAC">>;
  static_assert(widest_label<wide, true> == 4 && widest_label<wide, false> == 2);
  static_assert(widest_label<layout<>, true> == 0);
  CHECK(widest_label<nested, true> == 7);
}

TEST_CASE("widest_label: the last of many nodes may be it") {
  using many = layout<leaf_shape<"a", "A">, leaf_shape<"b", "B">, leaf_shape<"c", "C">,
                      leaf_shape<"d", "D">, leaf_shape<"e", "E">, leaf_shape<"f", "F">,
                      leaf_shape<"g", "G">, leaf_shape<"h", "H">, leaf_shape<"i", "the widest">>;
  static_assert(widest_label<many, true> == 10);
  CHECK(widest_label<many, true> == 10);
}

}  // namespace
