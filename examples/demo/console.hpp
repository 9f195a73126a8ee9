// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace demo {

/// Writes one line to stdout or stderr, or drops it: never waits for a reader. A full pipe
/// on stdout would otherwise stop the programs, and one on stderr the server.
/// Control characters become spaces and what is too long for an atomic pipe write is cut.
/// Returns false when the line was dropped.
auto print_line(int descriptor, std::string_view who, std::string_view text) noexcept -> bool;

}  // namespace demo
