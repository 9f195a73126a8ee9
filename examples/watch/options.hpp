// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace watch {

/// Why the program ended.
enum class exit_status {
  done = 0,  ///< asked to stop, or printed what --once asks for
  /// No connection at the start, or none again after --retries attempts, or no snapshot for --once.
  connection_failed = 1,
  usage = 2,         ///< the command line makes no sense
  refused = 3,       ///< the stream speaks a protocol that this program does not
  no_stream = 4,     ///< the address answers, but not with an event stream
  cannot_write = 5,  ///< stdout takes no more
};

struct options {
  std::string url;
  bool once = false;
  bool json = false;
  bool help = false;
  bool version = false;
  /// Attempts in a row that may fail once there was a connection.
  std::uint64_t retries = std::numeric_limits<std::uint64_t>::max();
};

/// Throws std::runtime_error with a sentence that says what is wrong and what would be right.
[[nodiscard]] auto parse_options(std::span<char const* const> arguments) -> options;

[[nodiscard]] auto help_text() noexcept -> char const*;

}  // namespace watch
