// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <memscape/exporters/json/text.hpp>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/writer.hpp>
#include <memscape/tree/layout.hpp>

namespace memscape::inline v0 {

/// The nodes of a layout as one JSON array of protocol version 1, in pre-order, as a constant: names are
/// known when the program is compiled, and so is their JSON, labels escaped.
/// Cost: none at run time. Source: RFC 8259.
class json_layout {
  template <class Layout>
  struct node_object {
    static constexpr void put(writer& to, std::size_t i) noexcept {
      auto const& node = Layout::nodes[i];
      to.put(i == 0 ? "{\"key\":" : ",{\"key\":");
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
  };

 public:
  template <class Layout>
  static constexpr auto nodes = [] {
    constexpr auto const& objects = node_texts<Layout::size, node_object<Layout>>::text;
    std::array<char, objects.size() + 2> text{};
    writer to{text};
    to.put('[');
    to.put(objects);
    to.put(']');
    return text;
  }();
};

}  // namespace memscape::inline v0
