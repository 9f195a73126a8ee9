// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <memscape/exporters/mirror_snapshot.hpp>
#include <memscape/exporters/mirror_tree.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "text.hpp"

namespace watch {

/// Where a picture is shown.
struct canvas {
  std::size_t columns = 80;
  charset set{};
  bool colours = false;
};

/// The state of the connection, as a word and what there is to say of it.
struct link_text {
  enum class mood { good, waiting, bad };
  mood how = mood::good;
  std::string word{};
  std::string detail{};
};

/// A snapshot as lines of text, none wider than the canvas: the process, a row for each node, and what no
/// node accounts for. A null snapshot has no numbers yet.
[[nodiscard]] auto draw(memscape::mirror_tree const& tree,
                        memscape::mirror_snapshot const* snapshot, canvas const& on)
    -> std::vector<std::string>;

/// The line below it.
[[nodiscard]] auto draw_link(link_text const& link, memscape::mirror_snapshot const* snapshot,
                             canvas const& on) -> std::string;

}  // namespace watch
