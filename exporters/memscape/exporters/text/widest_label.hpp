// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <memscape/exporters/json/node_blocks.hpp>
#include <memscape/exporters/text/table.hpp>
#include <memscape/exporters/writer.hpp>

namespace memscape::inline v0 {

/// The columns that the widest of some labels takes, indentation included.
template <class Layout, bool Unicode, std::size_t Begin, std::size_t End>
inline constexpr std::size_t widest_label_of = [] {
  std::size_t most = 0;
  for (std::size_t i = Begin; i < End; ++i) {
    most = (std::max)(most, text_table<writer>::label_columns(Layout::nodes[i], Unicode));
  }
  return most;
}();

/// The columns that the widest label of a layout takes, indentation included. Cost: none at run time.
template <class Layout, bool Unicode>
inline constexpr std::size_t widest_label = [] {
  std::size_t most = 0;
  each_node_block<Layout::size>([&most]<std::size_t Begin, std::size_t End>() {
    most = (std::max)(most, widest_label_of<Layout, Unicode, Begin, End>);
  });
  return most;
}();

}  // namespace memscape::inline v0
