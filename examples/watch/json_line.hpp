// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/mirror_snapshot.hpp>
#include <memscape/exporters/mirror_tree.hpp>
#include <string>

namespace watch {

/// A snapshot as the JSON object of the stream's event `snapshot`, in ASCII and without a line end.
[[nodiscard]] auto json_line(memscape::mirror_tree const& tree,
                             memscape::mirror_snapshot const& snapshot) -> std::string;

}  // namespace watch
