// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/tree/layout.hpp>
#include <memscape/tree/shape.hpp>

namespace test_support {

using memscape::group_shape;
using memscape::layout;
using memscape::leaf_shape;

/// The smallest tree.
using one_leaf = layout<leaf_shape<"heap", "Heap">>;

/// Begins with a group, so that the first pool is not the first node.
using group_first = layout<
    group_shape<"gc_heap", "GC Heap", leaf_shape<"lval", "LVAL">, leaf_shape<"lenv", "LENV">>,
    leaf_shape<"cache", "Cache">>;

/// Seven deep, and a leaf behind the deepest.
using deep = layout<group_shape<
    "g1", "G1",
    group_shape<
        "g2", "G2",
        group_shape<
            "g3", "G3",
            group_shape<"g4", "G4",
                        group_shape<"g5", "G5", group_shape<"g6", "G6", leaf_shape<"l7", "L7">>>>>,
        leaf_shape<"l3", "L3">>>>;

/// Labels that a browser, a JSON parser and an SSE parser would stumble over.
using hostile =
    layout<leaf_shape<"quotes", "\"\\\"}],\"">, leaf_shape<"lines", "a\r\n\ndata: x\n\nb\r">,
           group_shape<"markup", "<script>alert('&')</script>", leaf_shape<"nul", "a\0b">>,
           leaf_shape<"cut", "\xE2\x82">, leaf_shape<"bytes", "\xFF\xC0\x80\xED\xA0\x80">,
           leaf_shape<"unnamed", "">, leaf_shape<"separators", "\u2028\u2029\x7F">>;

}  // namespace test_support
