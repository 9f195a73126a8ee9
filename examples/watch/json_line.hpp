// SPDX-License-Identifier: MIT
#pragma once

#include <memscape/exporters/decoder/snapshot.hpp>
#include <memscape/exporters/decoder/tree.hpp>
#include <string>

namespace watch {

/// A snapshot as the JSON object of the stream's event `snapshot`, in ASCII and without a line end.
[[nodiscard]] auto json_line(memscape::decoded_tree const& tree,
                             memscape::decoded_snapshot const& snapshot) -> std::string;

}  // namespace watch
