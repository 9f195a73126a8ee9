// SPDX-License-Identifier: MIT
#include <memscape/exporters/json/layout.hpp>

#include <doctest/doctest.h>
#include <memscape/memscape.hpp>
#include <ostream>
#include <string_view>

#include "exporters/trees.hpp"

namespace {

using memscape::json_layout;

template <class Layout>
constexpr std::string_view nodes{json_layout::nodes<Layout>.data(),
                                 json_layout::nodes<Layout>.size()};

constexpr std::string_view one_leaf =
    R"([{"key":"heap","label":"Heap","parent":null,"kind":"leaf"}])";

constexpr std::string_view group_first =
    R"([{"key":"gc_heap","label":"GC Heap","parent":null,"kind":"group"},)"
    R"({"key":"lval","label":"LVAL","parent":"gc_heap","kind":"leaf"},)"
    R"({"key":"lenv","label":"LENV","parent":"gc_heap","kind":"leaf"},)"
    R"({"key":"cache","label":"Cache","parent":null,"kind":"leaf"}])";

constexpr std::string_view deep = R"([{"key":"g1","label":"G1","parent":null,"kind":"group"},)"
                                  R"({"key":"g2","label":"G2","parent":"g1","kind":"group"},)"
                                  R"({"key":"g3","label":"G3","parent":"g2","kind":"group"},)"
                                  R"({"key":"g4","label":"G4","parent":"g3","kind":"group"},)"
                                  R"({"key":"g5","label":"G5","parent":"g4","kind":"group"},)"
                                  R"({"key":"g6","label":"G6","parent":"g5","kind":"group"},)"
                                  R"({"key":"l7","label":"L7","parent":"g6","kind":"leaf"},)"
                                  R"({"key":"l3","label":"L3","parent":"g2","kind":"leaf"}])";

constexpr std::string_view hostile =
    R"([{"key":"quotes","label":"\"\\\"}],\"","parent":null,"kind":"leaf"},)"
    R"({"key":"lines","label":"a\u000d\u000a\u000adata: x\u000a\u000ab\u000d","parent":null,"kind":"leaf"},)"
    R"({"key":"markup","label":"<script>alert('&')</script>","parent":null,"kind":"group"},)"
    R"({"key":"nul","label":"a\u0000b","parent":"markup","kind":"leaf"},)"
    R"({"key":"cut","label":"\ufffd\ufffd","parent":null,"kind":"leaf"},)"
    R"({"key":"bytes","label":"\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd","parent":null,"kind":"leaf"},)"
    R"({"key":"unnamed","label":"","parent":null,"kind":"leaf"},)"
    "{\"key\":\"separators\",\"label\":\"\u2028\u2029\x7F\",\"parent\":null,\"kind\":\"leaf\"}]";

static_assert(nodes<test_support::one_leaf> == one_leaf);
static_assert(nodes<test_support::group_first> == group_first);
static_assert(nodes<test_support::deep> == deep);
static_assert(nodes<test_support::hostile> == hostile);

TEST_CASE("json_layout: nodes in pre-order, each with its parent's key") {
  CHECK(nodes<test_support::one_leaf> == one_leaf);
  CHECK(nodes<test_support::group_first> == group_first);
  CHECK(nodes<test_support::deep> == deep);
}

TEST_CASE("json_layout: labels may hold any bytes") {
  CHECK(nodes<test_support::hostile> == hostile);
}

// A leaf without a label is shown by its key.
constexpr memscape::callable_source nothing{[]() noexcept -> memscape::usage { return {}; }};
using unlabelled =
    memscape::layout<decltype(memscape::group<"g">(memscape::leaf<"x">(nothing)))::shape>;
static_assert(nodes<unlabelled> == R"([{"key":"g","label":"g","parent":null,"kind":"group"},)"
                                   R"({"key":"x","label":"x","parent":"g","kind":"leaf"}])");

}  // namespace
