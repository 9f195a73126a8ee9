// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/json_text.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/tree/layout.hpp>
#include <string_view>

namespace memscape::inline v0 {

/// The nodes of a layout as one JSON array of protocol version 1, in pre-order, as a constant: names are
/// known when the program is compiled, and so is their JSON, labels escaped.
/// Cost: none at run time. Source: RFC 8259.
class json_layout {
  template <class Layout>
  static constexpr void put_nodes(writer& to) noexcept {
    to.put('[');
    for (auto const& node : Layout::nodes) {
      to.put(&node == Layout::nodes.data() ? "{\"key\":" : ",{\"key\":");
      put_json_string(to, node.key);
      to.put(",\"label\":");
      put_json_string(to, node.label);
      to.put(",\"parent\":");
      if (node.is_root()) {
        to.put("null");
      } else {
        put_json_string(to, Layout::nodes[node.parent].key);
      }
      to.put(node.is_group ? ",\"kind\":\"group\"}" : ",\"kind\":\"leaf\"}");
    }
    to.put(']');
  }

 public:
  template <class Layout>
  static constexpr auto nodes = [] {
    constexpr std::size_t size = [] {
      writer counter;
      put_nodes<Layout>(counter);
      return counter.size();
    }();
    std::array<char, size> text{};
    writer to{text};
    put_nodes<Layout>(to);
    return text;
  }();
};

}  // namespace memscape::inline v0
