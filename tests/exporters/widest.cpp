// SPDX-License-Identifier: MIT
// The largest tree that is promised has a file of its own: it takes as long to compile as all others.
#include <array>
#include <cstddef>
#include <cstdint>
#include <doctest/doctest.h>
#include <memscape/exporters/sse_json.hpp>
#include <ostream>
#include <string_view>
#include <utility>

#include "exporters/random.hpp"

namespace {

using memscape::sse_json;

template <std::size_t... Index>
auto wide_layout(std::index_sequence<Index...>)
    -> memscape::layout<memscape::leaf_shape<test_support::random_key<Index>(), "Leaf">...>;
using wide = decltype(wide_layout(std::make_index_sequence<200>{}));

TEST_CASE("sse_json: 200 nodes, and max_size is exact") {
  constexpr auto size = sse_json::max_size<wide>;
  auto const worst = memscape::longest_snapshot<wide>();
  test_support::fenced<size> memory;
  CHECK(sse_json::write(memory.first(size), worst, memscape::stream_id{}).size() == size);
  CHECK(sse_json::write(memory.first(size - 1), worst, memscape::stream_id{}).empty());
  CHECK(memory.intact_behind(size));
}

TEST_CASE("sse_json: the layout of 200 nodes") {
  std::array<char, sse_json::max_layout_size<wide>> memory{};
  auto const text = sse_json::write_layout<wide>(memory, memscape::stream_id{}, UINT64_MAX);
  CHECK(text.size() == memory.size());
  CHECK(text.ends_with(R"({"key":"n199","label":"Leaf","parent":null,"kind":"leaf"}]})"
                       "\n\n"));
}

}  // namespace
